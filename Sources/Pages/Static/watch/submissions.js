/** What this viewer has applied for and with what, what became of it, and the way back. */

import { all, post } from "../shared/api.js";
import { announce, button, element, empty, find, list, show } from "../shared/dom.js";
import { reading } from "../shared/job.js";
import { calendarButton, isWaiting, meeting, terms } from "../shared/submission.js";
import { moment, say, term } from "../shared/text.js";
import { questionsAbout } from "./outcome.js";

/** What reads otherwise in the job now than when the résumé was sent. */
function changes({ changes }) {
  const line = ({ field, before, after }) =>
    say("changed.field", { field: say(`job.${field}`), before: reading(field, before), after: reading(field, after) });
  const lines = changes.map((change) => element("li", {}, line(change)));
  return element("div", { class: "changed" }, element("p", {}, say("changed")), element("ul", {}, lines));
}

/** What became of it so far, and what is promised. */
function become(submission) {
  const { status, interview, offer, hiring, rejection, respondBy, overdue, title, companyName } = submission;
  const line = (text, ...more) => element("p", { class: "become" }, text, ...more);
  if (isWaiting(submission)) return line(overdue ? say("watch.overdue") : say("watch.respondBy", { time: moment(respondBy) }));
  if (status === "interview") return [
    line(say("interview.title", { what: meeting(interview) })),
    calendarButton(submission, [title, companyName].filter(Boolean).join(" · ")),
  ];
  if (status === "offered") return line(say("watch.offer", { terms: terms(offer) }));
  if (status === "hired") return line(terms(hiring));
  return status === "rejected" && rejection && line(say("watch.rejection", { reason: term("rejection", rejection) }));
}

const final = new Set(["withdrawn", "rejected", "hired"]);

/** `changed` is called whenever what `has` says may have changed. */
export function submissions(changed) {
  let items = [];
  let active = new Set();

  async function load() {
    items = await all("/v1/submissions?limit=200");
    active = new Set(items.filter(({ status }) => status !== "withdrawn").map(({ job }) => job));
    changed();
  }

  function render() {
    list(find("#mine"), items, entry);
    show(find("#mine-empty"), !items.length && empty(say("watch.mine.none")));
  }

  function entry(submission) {
    const { id, title, companyName, status, submittedAt, phone, name, profile, changed } = submission;
    const state = element("span", { class: "mark" }, term("submission", status));
    const when = [companyName, moment(submittedAt)].filter(Boolean).join(" · ");
    const sent = [phone, name, profile?.experience].filter(Boolean).join(" · ");
    const lines = [element("p", { class: "question" }, title ?? "", " ", state), element("p", { class: "soft" }, when)];
    const about = { class: "small", "aria-label": `${say("watch.withdraw")}: ${title ?? ""}` };
    const withdrawal = !final.has(status) && button(say("watch.withdraw"), (control) => withdraw(id, control), about);
    const told = sent && element("p", { class: "soft sent" }, sent);
    const what = element("div", {}, lines, become(submission), told, changed && changes(changed), questionsAbout(submission, load));
    return element("li", { class: "submission" }, what, withdrawal);
  }

  async function withdraw(id, control) {
    if (control.dataset.sure === undefined) {
      control.dataset.sure = "";
      control.textContent = say("watch.withdraw.sure");
      control.removeAttribute("aria-label");
      return;
    }
    await post(`/v1/submissions/${id}/withdrawal`, {});
    announce(say("watch.withdrawn"));
    await load();
  }

  return { load, render, has: (job) => active.has(job), any: () => items.length > 0 };
}
