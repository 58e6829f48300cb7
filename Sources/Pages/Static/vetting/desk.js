/** The reviewer's desk: the queue, oldest first, and the job that is being looked at. */

import { announce, button, complain, element, empty, fill, find, list, show, write } from "../shared/dom.js";
import { giveUp } from "../shared/frame.js";
import { paged } from "../shared/paged.js";
import { number, pay, say } from "../shared/text.js";
import { itemView } from "./item.js";
import { outbox } from "./outbox.js";
import { reasons as reasonsOf } from "./reasons.js";

/** How near to the end of what is loaded the reader comes before more is. */
const ahead = 10;

const path = "/v1/vettings/queue?limit=100";

export function openDesk() {
  const queue = paged(path, find("#queue-more"), arrived);
  const reasons = reasonsOf();
  const item = itemView(reasons, { approve: () => decide("approve"), reject: () => decide("reject") });
  const box = outbox({ changed: render, failed });
  /** What has been decided, sent or not, and so is no longer in the queue. */
  const decided = new Set();
  const chosen = new Set();
  let current = null;
  let isLoaded = false;
  let done = 0;

  /** The names of the companies that were seen waiting. */
  const companies = new Map();

  const open = () => queue.items.filter(({ id }) => !decided.has(id));
  const at = () => open().findIndex(({ id }) => id === current);

  function arrived() {
    if (at() < 0) current = open()[0]?.id ?? null;
    render();
  }

  function render() {
    const jobs = open();
    const row = (job) => ({ job, isCurrent: job.id === current, isChosen: chosen.has(job.id) });
    list(find("#queue"), jobs.map(row), entry);
    showCompanies();
    const count = number(jobs.length) + (queue.hasMore() ? "+" : "");
    write(find("#sum"), isLoaded ? say("vetting.sum", { count, done: number(done) }) : "");
    show(find("#queue-empty"), isLoaded && !jobs.length && empty(say(done ? "vetting.done" : "vetting.none")));
    write(find("#choose-all"), chosen.size ? say("vetting.choose.none") : say("vetting.choose.all"));
    find("#choose-all").hidden = !jobs.length;
    item.show(jobs[at()] ?? null, chosen.size);
    showOutbox();
  }

  function entry({ job, isCurrent, isChosen }) {
    const tick = element(
      "input",
      {
        type: "checkbox",
        class: "choose",
        value: job.id,
        checked: isChosen,
        tabindex: -1,
        "aria-label": say("list.choose", { title: job.title }),
        onchange: () => choose(job.id),
      },
    );
    const pick = button("", () => goTo(job.id), { class: "row", "data-job": job.id, "aria-current": isCurrent && "true" });
    pick.append(
      element("span", { class: "card-title" }, job.title),
      element("span", { class: "marks" }, job.revised && element("span", { class: "mark live" }, say("vetting.changed"))),
      element("span", { class: "soft" }, [job.companyName, pay(job.pay), waits(job)].filter(Boolean).join(" · ")),
    );
    return element("li", { class: isCurrent && "is-current" }, element("label", { class: "pick" }, tick), pick);
  }

  /** For how long a job has waited, in days. */
  function waits({ waitingSince }) {
    const days = waitingSince ? Math.floor((Date.now() - Date.parse(waitingSince)) / 86_400_000) : 0;
    return days > 0 && say("vetting.waits", { days: number(days) });
  }

  function showCompanies() {
    for (const { company, companyName } of queue.items) companies.set(company, companyName);
    const { value } = find("#company");
    const option = ([id, name]) => element("option", { value: id, selected: id === value }, name);
    show(find("#company"), element("option", { value: "" }, say("vetting.companies")), Array.from(companies, option));
  }

  function showOutbox() {
    const jobs = box.waiting().flatMap(({ jobs }) => jobs);
    if (!jobs.length) return show(find("#outbox"));
    const last = box.waiting().at(-1);
    const what = say(
      `vetting.outbox.${last.decision}`,
      { title: last.jobs.length > 1 ? say("vetting.jobs", { count: number(last.jobs.length) }) : last.jobs[0].title },
    );
    const rest = jobs.length > last.jobs.length && say("vetting.outbox.rest", { count: number(jobs.length - last.jobs.length) });
    const undoing = button(say("vetting.undo"), undo, { id: "undo" });
    show(find("#outbox"), element("p", { class: "notice" }, element("span", {}, what, rest), undoing));
  }

  function goTo(id, isFocused = false) {
    current = id;
    render();
    if (isFocused) find(`#queue [data-job="${id}"]`)?.focus();
    if (queue.hasMore() && at() > open().length - ahead) queue.loadRest().catch(complain);
  }

  function move(step) {
    const next = open()[Math.min(open().length - 1, Math.max(0, at() + step))];
    if (next) goTo(next.id, true);
  }

  function choose(id) {
    chosen.has(id) ? chosen.delete(id) : chosen.add(id);
    render();
  }

  function chooseAll() {
    if (chosen.size) chosen.clear();
    else for (const { id } of open()) chosen.add(id);
    render();
  }

  /** Decides on what is chosen, else on what is looked at, and goes on to what follows. */
  function decide(decision) {
    const [before, place] = [open(), at()];
    const jobs = before.filter(({ id }) => (chosen.size ? chosen.has(id) : id === current));
    const findings = decision === "reject" ? reasons.chosen() : undefined;
    if (!jobs.length) return;
    if (findings && !findings.length) {
      reasons.focus();
      return announce(say("vetting.reason.missing"), "asking");
    }
    for (const { id } of jobs) {
      decided.add(id);
      chosen.delete(id);
    }
    done += jobs.length;
    // On to what follows, else back to what is left before it.
    const isLeft = ({ id }) => !decided.has(id);
    if (at() < 0) current = (before.slice(place).find(isLeft) ?? before.findLast(isLeft))?.id ?? null;
    box.add({ jobs, decision, ...(findings && { findings }) });
    if (current) goTo(current, true);
    else find("#item").focus();
  }

  function undo() {
    const last = box.undo();
    if (!last) return announce(say("vetting.undo.none"));
    giveBack(last.jobs);
    goTo(last.jobs[0].id, true);
    announce(say("vetting.undone"));
  }

  function giveBack(jobs) {
    for (const { id } of jobs) decided.delete(id);
    done -= jobs.length;
  }

  /** What the server would not take stands in the queue again, as it is now. */
  function failed(jobs, problem) {
    giveBack(jobs);
    complain(problem);
    queue.load().catch(complain);
    render();
  }

  const commands = {
    ArrowDown: () => move(1),
    j: () => move(1),
    ArrowUp: () => move(-1),
    k: () => move(-1),
    a: () => decide("approve"),
    r: () => decide("reject"),
    u: undo,
    " ": () => current && choose(current),
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (find("dialog[open]") || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches("input:not([type=checkbox]), select, textarea, a")) return;
    // The space bar presses the button that has the focus, unless that is a row.
    if (key === " " && target.matches("button:not(.row), input")) return;
    const command = /^[1-9]$/.test(key) ? () => reasons.toggle(key) : commands[key.length === 1 ? key.toLowerCase() : key];
    if (!command) return;
    event.preventDefault();
    command();
  });

  find("#company").addEventListener("change", ({ target }) => {
    chosen.clear();
    queue.begin(target.value ? `${path}&company=${target.value}` : path).catch(complain);
  });
  find("#choose-all").addEventListener("click", chooseAll);
  fill();
  queue
    .load()
    .then(() => {
      isLoaded = true;
      render();
    })
    .catch(giveUp);
  return () => {
    reasons.render();
    item.speak();
    render();
  };
}
