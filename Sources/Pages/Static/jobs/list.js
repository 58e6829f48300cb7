/** The list of jobs, and what can be done with several at once. */

import { all, get, holds, identifier, post } from "../shared/api.js";
import { ask, reasonField } from "../shared/ask.js";
import { act, announce, button, element, find, show, worded, write } from "../shared/dom.js";
import { jobStatus } from "../shared/job.js";
import { lister } from "../shared/lister.js";
import { reason } from "../shared/problems.js";
import { mayRun } from "../shared/session.js";
import { open } from "../shared/sheet.js";
import { day, moment, number, pay, say, today } from "../shared/text.js";

const statuses = ["posted", "vetted", "rejected", "filled", "withdrawn", "expired"];
const orders = ["newest", "expiry", "company", "pay", "place", "posting"];
/** Days before its end from which on a job's validity is marked. */
const soon = 14;

export async function openJobs({ grants }) {
  const company = identifier("company") ?? onlyCompany(grants);
  const filters = [
    { name: "q", words: "jobs.search" },
    { name: "status", words: "jobs.status", options: [["", "jobs.status.all"], ...statuses.map((one) => [one, `job.status.${one}`])] },
    { name: "order", words: "jobs.order", options: orders.map((one) => [one === "newest" ? "" : one, `jobs.order.${one}`]) },
  ];
  /** Reviewers look: what can be done with jobs is for those who post them. */
  const isPosting = holds("host", "recruiter");
  const fixed = { order: "newest", ...(company && { company }) };
  const jobs = lister({ id: "jobs", path: "/v1/jobs", filters, fixed, row, none: "jobs.none", actions: isPosting && actions });
  const title = element("h1", {});
  const add = element("a", { class: "button primary", id: "post", href: company ? `/jobs?new&company=${company}` : "/jobs?new" });
  const bulk = worded("a", "jobs.import", { class: "button", href: "/import" });
  const paper = worded("button", "jobs.print", { type: "button", class: "small", id: "print" });
  // Paper has no button for more.
  paper.addEventListener("click", () => act(paper, () => jobs.loadRest().then(print)));
  const name = company && (await get(`/v1/companies/${company}`)).name;

  function render() {
    write(title, name ? say("jobs.of", { company: name }) : say("nav.jobs"));
    write(add, say("jobs.post"));
    jobs.render();
  }

  function actions(chosen) {
    const action = (name, work, look) => button(
      say(`jobs.${name}`),
      () => work(chosen),
      { id: `${name}-selected`, class: `small ${look ?? ""}` },
    );
    return [action("shelve", shelve), action("extend", extend), action("withdraw", withdraw, "danger")];
  }

  /** Does one thing to each of some jobs; what is refused is told with its job, and the others are done nevertheless. */
  async function each(chosen, work) {
    const refused = [];
    for (const job of chosen) await work(job).catch((problem) => refused.push([job, problem]));
    await jobs.reload();
    jobs.clear();
    if (!refused.length) return announce(say("jobs.bulk.done", { count: number(chosen.length) }));
    const [[job, problem]] = refused;
    announce(
      say(
        "jobs.bulk.some",
        { done: number(chosen.length - refused.length), refused: number(refused.length), title: job.title, why: problem.message },
      ),
      "failed",
    );
  }

  const about = (chosen) => (chosen.length === 1 ? chosen[0].title : say("jobs.count", { count: number(chosen.length) }));

  const withdraw = (chosen) =>
    ask({
      id: "withdraw",
      title: say("jobs.withdraw.title", { jobs: about(chosen) }),
      note: say("jobs.withdraw.note"),
      fields: [reasonField],
      send: "jobs.withdraw",
      work: (entered) => each(chosen, ({ id }) => post(`/v1/jobs/${id}/withdrawal`, entered)),
    });

  const extend = (chosen) =>
    ask({
      id: "extend",
      title: say("jobs.extend.title", { jobs: about(chosen) }),
      fields: [{ name: "validThrough", words: "job.validThrough", kind: "date", required: true, min: today() }],
      send: "jobs.extend",
      values: { validThrough: today(60) },
      work: (entered) => each(chosen, ({ id }) => post(`/v1/jobs/${id}/revision`, entered)),
    });

  async function shelve(chosen) {
    const paths = ["/v1/sessions?status=upcoming&order=soonest&limit=200", "/v1/sessions?status=live&limit=200"];
    const sessions = (await Promise.all(paths.map(all))).flat().filter(mayRun);
    if (!sessions.length) return announce(say("jobs.shelve.none"), "asking");
    const options = sessions.map(({ id, title, startsAt }) => ({ value: id, text: `${moment(startsAt)} · ${title}` }));
    let skipped = [];
    const isDone = await ask({
      id: "shelve",
      title: say("jobs.shelve.title", { jobs: about(chosen) }),
      fields: [{ name: "session", words: "jobs.shelve.session", kind: "choice", required: true, options }],
      send: "jobs.shelve",
      values: { session: sessions[0].id },
      work: async ({ session }) => {
        ({ skipped } = await post(`/v1/sessions/${session}/shelf`, { jobs: chosen.map(({ id }) => id), mode: "showable" }));
      },
    });
    if (!isDone) return;
    jobs.clear();
    if (skipped.length) return tellSkipped(chosen, skipped);
    announce(say("jobs.shelve.done", { count: number(chosen.length) }));
  }

  /** Says which of the chosen jobs may not be shown, and why, with the way to each. */
  async function tellSkipped(chosen, skipped) {
    const titles = new Map(chosen.map(({ id, title }) => [id, title]));
    const line = ({ job, code, detail }) => {
      const link = element("a", { href: `/jobs?job=${job}` }, titles.get(job) ?? job);
      return element("li", {}, link, element("p", { class: "soft" }, reason(code, detail)));
    };
    const counts = { done: number(chosen.length - skipped.length), skipped: number(skipped.length) };
    const dialog = element(
      "dialog",
      { class: "sheet", id: "skipped", "aria-labelledby": "skipped-title" },
      element("h2", { id: "skipped-title" }, say("jobs.skipped", counts)),
      element("ul", { class: "talk" }, skipped.map(line)),
      element("p", { class: "controls" }, element("button", { type: "button", "data-close": true, autofocus: true }, say("close"))),
    );
    document.body.append(dialog);
    await open(dialog);
    dialog.remove();
  }

  show(find("#main"), element("header", { class: "page-head" }, title, element("div", { class: "controls" }, paper, isPosting && [bulk, add])), jobs.node);
  render();
  await jobs.load();
  return render;
}

/** The company of whoever posts for one alone. */
function onlyCompany(grants) {
  const own = grants.map(({ role, organisation }) => role === "recruiter" && organisation);
  return new Set(own).size === 1 ? own[0] || undefined : undefined;
}

function row(job) {
  const isSoon = ["posted", "vetted"].includes(job.status) && job.validThrough <= today(soon);
  const facts = [pay(job.pay), say("openings", { count: number(job.openings) }), job.place];
  return element(
    "a",
    { class: "row", href: `/jobs?job=${job.id}` },
    element("span", { class: "card-title" }, job.title),
    jobStatus(job),
    element("span", { class: "card-facts" }, facts.map((text) => element("span", {}, text))),
    element(
      "span",
      { class: "soft" },
      job.companyName,
      " · ",
      element("span", { class: isSoon && "flame" }, say("jobs.until", { date: day(job.validThrough) })),
    ),
  );
}
