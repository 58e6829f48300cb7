/** One résumé that was received: who it is, how it stands, and what a company does next. */

import { get } from "../shared/api.js";
import { element, find, show } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { onKeys } from "../shared/keys.js";
import { agreed, factsOf, headOf, person, wayKeys, waysFrom } from "../shared/received.js";
import { say } from "../shared/text.js";
import { actionsOf } from "./actions.js";

export async function openSubmission(id) {
  const path = `/v1/submissions/${id}`;
  let submission = await get(path);
  // What the job promises stands in the forms beforehand; without it they are empty.
  const job = await get(`/v1/jobs/${submission.job}`).catch(() => null);
  const ways = waysFrom("desk", id);
  const [head, resume, progress, next] = [
    element("header", { class: "page-head" }),
    element("section", { class: "panel", id: "person", "aria-labelledby": "person-title" }),
    element("section", { class: "panel", id: "agreed", "aria-labelledby": "agreed-title" }),
    element("section", { class: "panel item actions", id: "actions", tabindex: -1, "aria-labelledby": "actions-title" }),
  ];
  const actions = actionsOf({ path, job, changed });

  async function changed() {
    submission = await get(path);
    render();
  }

  function render() {
    const { title } = submission;
    // No name stands in the window's title, which histories keep.
    entitle(title);
    show(head, headOf(submission, ways, "desk.back", element("a", { href: `/jobs?job=${submission.job}`, lang: "zh-CN" }, title ?? "")));
    show(resume, element("h2", { id: "person-title" }, say("received.resume")), known());
    show(progress, element("h2", { id: "agreed-title" }, say("received.agreed")), factsOf(agreed(submission, what())));
    show(next, element("h2", { id: "actions-title" }, say("desk.actions")), actions.render(submission));
  }

  /** What the interview is about, in the recruiter's calendar. */
  const what = () => [submission.name, submission.title].filter(Boolean).join(" · ");

  /** What is known of the candidate, or why it is not. */
  function known() {
    const { status, phone } = submission;
    if (status === "withdrawn") return element("p", { class: "empty" }, say("desk.gone"));
    if (status === "submitted") return element("p", { class: "empty" }, say("desk.sealed"));
    if (!phone) return element("p", { class: "empty" }, say("desk.unreadable"));
    const facts = person(submission);
    return [factsOf(facts), facts.length < 2 && element("p", { class: "soft" }, say("desk.plain"))];
  }

  onKeys({ ...actions.keys, ...wayKeys });
  show(find("#main"), head, element("div", { class: "columns" }, element("div", { class: "column" }, resume, progress), next));
  render();
  find("#view")?.focus();
  return render;
}
