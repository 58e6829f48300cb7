/** What a case worker has to see to: three lists, of which one is shown. */

import { readPage } from "../shared/api.js";
import { find, show, worded } from "../shared/dom.js";
import { onKeys, walkKeys } from "../shared/keys.js";
import { lister } from "../shared/lister.js";
import { comeBack, rememberList, submissionRow } from "../shared/received.js";
import { tabsOf } from "../shared/tabs.js";
import { day, moment, number, say } from "../shared/text.js";

const dues = ["answer", "week", "month"];
/** Items that are counted at most, which is what one page of the server's holds. */
const most = 200;

export async function openList() {
  const tabs = tabsOf({ name: "due", words: "care.due", pairs: dues.map((due) => [due, `care.due.${due}`]), changed: load });
  const fixed = () => ({ order: "oldest", due: tabs.current() });
  const waiting = lister({ id: "submissions", path: "/v1/submissions", fixed, row, none: "care.none" });

  async function load() {
    await Promise.all([waiting.load(), count()]);
  }

  /** Whoever is only counted is not opened. */
  async function count() {
    const pages = await Promise.all(dues.map((due) => readPage(`/v1/submissions?due=${due}&personal=none&limit=${most}`)));
    tabs.count(Object.fromEntries(pages.map(({ items, next }, index) => [dues[index], number(items.length) + (next ? "+" : "")])));
  }

  function render() {
    tabs.render();
    waiting.render();
  }

  show(find("#main"), worded("h1", "care.title"), tabs.node, waiting.node);
  rememberList("care", waiting.items);
  onKeys({ ...walkKeys("#submissions"), ...tabs.keys });
  tabs.render();
  await load();
  comeBack("care");
  return render;
}

function row(submission) {
  const { companyName, hiring, respondBy } = submission;
  const what = hiring ? say("care.began", { day: day(hiring.startsOn) }) : say("received.by", { time: moment(respondBy) });
  return submissionRow(submission, "care", [companyName, what]);
}
