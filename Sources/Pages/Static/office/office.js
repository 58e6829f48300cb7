/** What is next for whoever reads: numbers that lead to where it is done, by what the reader's grants reach. */

import { get, holds, readPage } from "../shared/api.js";
import { element, empty, find, list, show, worded, write } from "../shared/dom.js";
import { frame } from "../shared/frame.js";
import { mayRun, sessionRow } from "../shared/session.js";
import { moment, number, say, today } from "../shared/text.js";

/** Days before the end of a job from which on it is told. */
const soon = 14;
/** Pages of a list that are looked through at most; what is beyond is told as a plus. */
const most = 5;

/** The items of a list that `keep` takes, as far as it is looked through, and whether there is more. */
async function found(path, keep = () => true) {
  const items = [];
  let next = path;
  for (let page = 0; next && page < most; page += 1) {
    const read = await readPage(next);
    items.push(...read.items.filter(keep));
    next = read.next;
  }
  return { items, hasMore: next !== null };
}

const upcoming = () => found("/v1/sessions?status=upcoming&order=soonest&limit=200", mayRun);
const isExpiring = ({ validThrough }) => validThrough <= today(soon);

/** Rows of what is listed below the numbers, at most. */
const rowsBelow = 5;

/** My imports that nobody has posted yet. */
const unfinished = async () => ({ items: (await get("/v1/imports")).items.filter(({ state }) => state !== "posted"), hasMore: false });
/** Résumés that nobody has looked at, without whose they are: that would be an opening of personal data, which is noted. */
const unanswered = () => found("/v1/submissions?status=submitted&order=oldest&personal=none&limit=200");

/** What a case worker has to see to, likewise. */
const careTask = (due) => ({
  name: due,
  roles: ["caseWorker"],
  href: `/care?due=${due}`,
  isUrgent: true,
  find: () => found(`/v1/submissions?due=${due}&order=oldest&personal=none&limit=200`),
});

/** What there may be to do: for whom, how much of it, and where. */
function tasks({ grants }) {
  const own = grants.filter(({ role }) => role === "recruiter").map(({ organisation }) => organisation);
  const company = own.length === 1 && !holds("host") ? `&company=${own[0]}` : "";
  const hosts = ["host", "coHost", "assistant", "policyPresenter"];
  return [
    { name: "submissions", isFor: own.length > 0, href: "/desk", isUrgent: true, find: unanswered, row: submissionRow },
    ...["answer", "week", "month"].map(careTask),
    { name: "vet", roles: ["reviewer"], href: "/vetting", find: () => found("/v1/vettings/queue?limit=200") },
    { name: "verify", roles: ["reviewer"], href: "/companies?status=due", find: () => found("/v1/companies?status=due&limit=200") },
    { name: "live", roles: hosts, href: "/sessions?status=live", find: () => found("/v1/sessions?status=live&limit=200", mayRun) },
    {
      name: "empty",
      roles: hosts,
      href: "/sessions",
      isUrgent: true,
      find: async () => only(await upcoming(), ({ counters }) => counters.openings === 0),
    },
    { name: "imports", roles: ["host", "recruiter"], href: "/import", find: unfinished, row: importRow },
    {
      name: "rejected",
      roles: ["host", "recruiter"],
      href: `/jobs?status=rejected${company}`,
      isUrgent: true,
      find: () => found(`/v1/jobs?status=rejected&limit=200${company}`),
    },
    {
      name: "expiring",
      roles: ["host", "recruiter"],
      href: `/jobs?status=vetted&order=expiry${company}`,
      find: () => found(`/v1/jobs?status=vetted&order=expiry&limit=200${company}`, isExpiring),
    },
  ].filter(({ isFor, roles = [] }) => isFor ?? holds(...roles));
}

const only = ({ items, hasMore }, keep) => ({ items: items.filter(keep), hasMore });

/** An import that is to be gone on with. */
function importRow({ id, name, createdAt, counts, state }) {
  const what = counts
    ? say("office.import.counts", { good: number(counts.good), faulty: number(counts.faulty) })
    : say(`office.import.${state}`);
  return row(`/import?id=${id}`, name, [moment(createdAt), what]);
}

/** A résumé that waits: for which job, and since when. */
const submissionRow = ({ id, title, companyName, submittedAt }) =>
  row(`/desk?submission=${id}`, title ?? "", [moment(submittedAt), companyName]);

const row = (href, title, facts) => element(
  "a",
  { class: "row", href },
  element("span", { class: "card-title" }, title),
  element("span", { class: "card-facts" }, facts.filter(Boolean).map((text) => element("span", {}, text))),
);

/** A list under a heading, with its place for why it is empty. */
function part(id, words) {
  const [rows, nothing] = [element("ul", { class: "rows" }), element("div", {})];
  const title = worded("h2", words, { id: `${id}-title` });
  const node = element("section", { class: "lister", id, tabindex: -1, "aria-labelledby": `${id}-title` }, title, rows, nothing);
  return { node, rows, nothing };
}

async function begin(identity) {
  const all = tasks(identity).map((task) => ({ ...task, tile: tile(task), part: task.row && part(task.name, `office.${task.name}`) }));
  const title = element("h1", {});
  const coming = part("upcoming", "office.upcoming");
  let sessions = null;

  function render() {
    write(title, say("office.hello", { name: identity.name ?? identity.subject }));
    for (const { name, tile, count } of all) {
      write(tile.querySelector("span"), say(`office.${name}`));
      if (count !== undefined) write(tile.querySelector("b"), count === null ? say("office.failed") : count);
    }
    for (const { part, items = [], row } of all.filter(({ part }) => part)) {
      part.node.hidden = !items.length;
      list(part.rows, items.slice(0, rowsBelow), (item) => element("li", {}, row(item)));
    }
    if (!sessions) return;
    list(coming.rows, sessions, (session) => element("li", {}, sessionRow(session)));
    show(coming.nothing, !sessions.length && empty(say("office.upcoming.none")));
  }

  /** One number that can't be had takes nothing from the others. */
  async function count(task) {
    try {
      const { items, hasMore } = await task.find();
      task.items = items;
      task.count = number(items.length) + (hasMore ? "+" : "");
      task.tile.dataset.count = items.length;
      task.tile.classList.toggle("urgent", Boolean(task.isUrgent && items.length));
    } catch {
      task.count = null;
    }
    render();
  }

  const runs = holds("host", "coHost", "assistant", "policyPresenter");
  show(
    find("#main"),
    title,
    all.length ? element("div", { class: "tasks" }, all.map(({ tile }) => tile)) : empty(say("office.nothing")),
    all.map(({ part }) => part?.node),
    runs && coming.node,
  );
  render();
  await Promise.all(all.map(count));
  if (runs) sessions = (await upcoming()).items.slice(0, rowsBelow);
  return render;
}

const tile = ({ name, href }) => element(
  "a",
  { class: "task", id: `task-${name}`, href },
  element("b", { role: "status" }, "…"),
  element("span", {}),
);

frame("office", begin);
