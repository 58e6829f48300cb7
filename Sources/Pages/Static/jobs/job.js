/** One job: what it says, how far it has come, and what can be changed about it. */

import { get, post } from "../shared/api.js";
import { ask, reasonField } from "../shared/ask.js";
import { announce, button, element, find, show, showAbout, worded } from "../shared/dom.js";
import { form } from "../shared/form.js";
import { entitle } from "../shared/frame.js";
import { findingText, jobFacts, jobStatus } from "../shared/job.js";
import { number, say } from "../shared/text.js";
import { changes } from "../shared/revision.js";
import { asJob, jobFields, parts } from "./fields.js";
import { lintOf } from "./lint.js";

/** The ends to which a job comes, after which nothing about it changes. */
const ends = ["filled", "withdrawn", "expired"];

export async function openJob(id, { grants }) {
  const path = `/v1/jobs/${id}`;
  let job = await get(path);
  const isPosting = grants.some(({ role }) => ["host", "recruiter", "operator"].includes(role));
  const [head, facts, editing] = [
    element("header", { class: "page-head" }),
    element("section", { class: "panel", "aria-labelledby": "job-title" }),
    element("div", { class: "writing", id: "editing", hidden: true }),
  ];
  const made = form({
    id: "revision",
    fields: jobFields,
    send: "jobs.revise.send",
    submit,
    quiet: [worded("button", "cancel", { type: "button", id: "revision-cancel" })],
  });

  const lint = lintOf(made);

  async function submit(entered) {
    const changed = changes(job, asJob(entered), parts);
    if (!Object.keys(changed).length) return announce(say("jobs.revise.same"), "asking");
    await post(`${path}/revision`, changed);
    close();
    await load();
    announce(say(job.status === "posted" ? "jobs.revised.vetting" : "jobs.revised"));
  }

  async function load() {
    job = await get(path);
    render();
  }

  function render() {
    entitle(job.title);
    showAbout(head, job, () => [
      element(
        "div",
        { class: "grow" },
        element("p", {}, worded("a", "jobs.back", { href: "/jobs" })),
        element("h1", { id: "job-title", lang: "zh-CN" }, job.title),
        element("p", { class: "soft" }, jobStatus(job), " ", element("a", { href: `/companies?company=${job.company}` }, job.companyName)),
      ),
      isPosting && !ends.includes(job.status) && element(
        "div",
        { class: "controls" },
        button(say("jobs.revise"), edit, { id: "revise", class: "primary" }),
        button(say("jobs.openings"), openings, { id: "openings" }),
        button(say("jobs.withdraw"), withdraw, { class: "danger", id: "withdraw" }),
      ),
    ]);
    show(facts, findings(), told(), jobFacts(job));
    lint.render();
  }

  /** Why a job was sent back, which stands first: it is what there is to mend. */
  function findings() {
    if (job.status !== "rejected" || !job.findings?.length) return false;
    return element(
      "div",
      { class: "note", role: "note" },
      element("h2", {}, say("jobs.findings")),
      element("ul", {}, job.findings.map((text) => element("li", { lang: "zh-CN" }, text))),
      element("p", { class: "soft" }, say("jobs.findings.note")),
    );
  }

  /** What the rules found in the job as it stands, and how complete it is, for those whose it is. */
  function told() {
    const { lint, completeness } = job;
    if (!lint) return false;
    const line = (finding) => element("li", {}, findingText(finding));
    return element(
      "div",
      { class: "told" },
      element("p", {}, say("lint.score", { score: number(completeness.score) })),
      lint.findings.length > 0 && element(
        "div",
        { class: "note" },
        element("h2", {}, say("lint.found")),
        element("ul", {}, lint.findings.map(line)),
      ),
    );
  }

  function edit() {
    made.fill(job);
    lint.look();
    editing.hidden = false;
    facts.hidden = true;
    find("#revision-title").focus();
  }

  function close() {
    editing.hidden = true;
    facts.hidden = false;
    find("#revise")?.focus();
  }

  async function openings() {
    const fields = [{
      name: "openings",
      words: "job.openings",
      hint: "jobs.openings.hint",
      kind: "number",
      required: true,
      min: 0,
      max: 100_000,
    }];
    const work = (entered) => post(`${path}/openings`, entered);
    const title = say("jobs.openings.title", { title: job.title });
    if (await ask({ id: "openings-form", title, fields, send: "save", work, values: job })) await load();
  }

  async function withdraw() {
    const work = (entered) => post(`${path}/withdrawal`, entered);
    const asked = { title: say("jobs.withdraw.title", { jobs: job.title }), note: say("jobs.withdraw.note"), fields: [reasonField] };
    if (await ask({ id: "withdrawal", ...asked, send: "jobs.withdraw", work })) await load();
  }

  editing.append(
    element(
      "section",
      { class: "panel" },
      worded("h2", "jobs.revise.title"),
      worded("p", "jobs.revise.note", { class: "soft" }),
      made.node,
    ),
    lint.node,
  );
  show(find("#main"), head, editing, facts);
  find("#revision-cancel").addEventListener("click", close);
  render();
  if (sessionStorage.getItem("job posted")) {
    sessionStorage.removeItem("job posted");
    announce(say("jobs.posted"));
  }
  return render;
}
