/** What is next for whoever reads: numbers that lead to where it is done, by what the reader's grants reach. */

import { holds, readPage } from "../shared/api.js";
import { element, empty, find, list, show, worded, write } from "../shared/dom.js";
import { frame } from "../shared/frame.js";
import { mayRun, sessionRow } from "../shared/session.js";
import { number, say, today } from "../shared/text.js";

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

/** What there may be to do: for whom, how much of it, and where. */
function tasks({ grants }) {
  const own = grants.filter(({ role }) => role === "recruiter").map(({ organisation }) => organisation);
  const company = own.length === 1 && !holds("host") ? `&company=${own[0]}` : "";
  const hosts = ["host", "coHost", "assistant", "policyPresenter"];
  return [
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
  ].filter(({ roles }) => holds(...roles));
}

const only = ({ items, hasMore }, keep) => ({ items: items.filter(keep), hasMore });

async function begin(identity) {
  const all = tasks(identity).map((task) => ({ ...task, tile: tile(task) }));
  const [title, rows, nothing] = [element("h1", {}), element("ul", { class: "rows", id: "upcoming" }), element("div", {})];
  const coming = element(
    "section",
    { class: "lister", "aria-labelledby": "upcoming-title" },
    worded("h2", "office.upcoming", { id: "upcoming-title" }),
    rows,
    nothing,
  );
  let sessions = null;

  function render() {
    write(title, say("office.hello", { name: identity.name ?? identity.subject }));
    for (const { name, tile, count } of all) {
      write(tile.querySelector("span"), say(`office.${name}`));
      if (count !== undefined) write(tile.querySelector("b"), count === null ? say("office.failed") : count);
    }
    if (!sessions) return;
    list(rows, sessions, (session) => element("li", {}, sessionRow(session)));
    show(nothing, !sessions.length && empty(say("office.upcoming.none")));
  }

  /** One number that can't be had takes nothing from the others. */
  async function count(task) {
    try {
      const { items, hasMore } = await task.find();
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
    runs && coming,
  );
  render();
  await Promise.all(all.map(count));
  if (runs) sessions = (await upcoming()).items.slice(0, 5);
  return render;
}

const tile = ({ name, href }) => element(
  "a",
  { class: "task", id: `task-${name}`, href },
  element("b", { role: "status" }, "…"),
  element("span", {}),
);

frame("office", begin);
