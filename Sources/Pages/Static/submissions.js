/** What this viewer has applied for, what became of it, and the way back. */

import { page, post } from "./api.js";
import { announce, button, element, empty, find, list, show } from "./page.js";
import { moment, say, term } from "./text.js";

const final = new Set(["withdrawn", "rejected", "hired"]);

/** `changed` is called whenever what `has` says may have changed. */
export function submissions(changed) {
  let items = [];
  let active = new Set();

  async function load() {
    items = (await page("/v1/submissions?limit=200")).items;
    active = new Set(items.filter(({ status }) => status !== "withdrawn").map(({ position }) => position));
    changed();
  }

  function render() {
    list(find("#mine"), items, entry);
    show(find("#mine-empty"), !items.length && empty(say("watch.mine.none")));
  }

  function entry({ id, title, companyName, status, submittedAt }) {
    const state = element("span", { class: "mark" }, term("submission", status));
    const when = [companyName, moment(submittedAt)].filter(Boolean).join(" · ");
    return element(
      "li",
      { class: "submission" },
      element("div", {}, element("p", { class: "question" }, title ?? "", " ", state), element("p", { class: "soft" }, when)),
      !final.has(status) && button(say("watch.withdraw"), (control) => withdraw(id, control), { class: "small" }),
    );
  }

  async function withdraw(id, control) {
    if (control.dataset.sure === undefined) {
      control.dataset.sure = "";
      control.textContent = say("watch.withdraw.sure");
      return;
    }
    await post(`/v1/submissions/${id}/withdrawal`, {});
    announce(say("watch.withdrawn"));
    await load();
  }

  return { load, render, has: (position) => active.has(position) };
}
