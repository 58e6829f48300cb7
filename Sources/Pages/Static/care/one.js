/** One submission that a case worker sees to: whom to call, how it stands, and what came of it. */

import { get, post } from "../shared/api.js";
import { asCheck, checkFields } from "../shared/check.js";
import { contactFields } from "../shared/contact.js";
import { announce, element, find, show } from "../shared/dom.js";
import { form } from "../shared/form.js";
import { entitle } from "../shared/frame.js";
import { onKeys } from "../shared/keys.js";
import { agreed, factsOf, headOf, person, wayKeys, waysFrom } from "../shared/received.js";
import { daysToTell } from "../shared/submission.js";
import { say } from "../shared/text.js";

const noteField = { name: "note", words: "contact.note", hint: "received.note.hint", kind: "area", max: 2_000, rows: 3 };

export async function openSubmission(id) {
  const path = `/v1/submissions/${id}`;
  let submission = await get(path);
  const ways = waysFrom("care", id);
  const [head, known, progress, checking, following] = [
    element("header", { class: "page-head" }),
    element("section", { class: "panel", id: "person", "aria-labelledby": "person-title" }),
    element("section", { class: "panel", id: "agreed", "aria-labelledby": "agreed-title" }),
    element("section", { class: "panel", id: "checking", tabindex: -1, "aria-labelledby": "checking-title" }),
    element("section", { class: "panel", id: "following", "aria-labelledby": "following-title" }),
  ];
  const check = form({ id: "check", fields: checkFields, send: "care.check.send", submit: sendCheck });
  const follow = form({ id: "follow", fields: [...contactFields, noteField], send: "care.follow.send", look: "", submit: sendFollow });

  async function sendCheck(entered) {
    await post(`${path}/checks`, asCheck(daysToTell(submission, "caseWorker")[0], entered));
    await done(check, "care.checked");
  }

  async function sendFollow(entered) {
    await post(`${path}/follow-ups`, entered);
    await done(follow, "care.followed");
    follow.fill({ method: "phone" });
  }

  async function done(made, words) {
    made.clear();
    submission = await get(path);
    render();
    announce(say(words));
  }

  function render() {
    const { title } = submission;
    // No name stands in the window's title, which histories keep.
    entitle(title);
    show(head, headOf(submission, ways, "care.back", element("span", { lang: "zh-CN" }, title ?? "")));
    show(known, element("h2", { id: "person-title" }, say("care.person")), who());
    show(progress, element("h2", { id: "agreed-title" }, say("received.agreed")), factsOf(agreed(submission, title ?? "")));
    const [day] = daysToTell(submission, "caseWorker");
    checking.hidden = day === undefined;
    if (day !== undefined) show(checking, element("h2", { id: "checking-title" }, say(`care.check.title.${day}`)), check.node);
    following.hidden = submission.status === "withdrawn";
    show(following, element("h2", { id: "following-title" }, say("care.follow.title")), follow.node);
  }

  function who() {
    const facts = person(submission);
    if (facts.length) return factsOf(facts);
    return element("p", { class: "empty" }, say(submission.status === "withdrawn" ? "care.gone" : "care.sealed"));
  }

  onKeys(wayKeys);
  const columns = [element("div", { class: "column" }, known, progress), element("div", { class: "column" }, checking, following)];
  show(find("#main"), head, element("div", { class: "columns" }, columns));
  render();
  follow.fill({ method: "phone" });
  return render;
}
