import { get, readPage } from "../shared/api.js";
import { figures } from "../shared/counters.js";
import { summary } from "./summary.js";
import { paged } from "../shared/paged.js";
import { absent, act, button, complain, element, empty, find, list, memo, pressed, session, show, write } from "../shared/dom.js";
import { entitle, frame } from "../shared/frame.js";
import { insightLink, sessionCard, showStatus } from "../shared/session.js";
import { instant, moment, number, say, term } from "../shared/text.js";

/** What is on the page: the session's events so far loaded, the newest counters, and those of the chosen position. */
const view = { session: null, sessions: null, events: [], next: null, isQuiet: false, newest: null, asOf: null, chosen: 0 };

function render() {
  if (view.sessions) return showSessions(view.sessions);
  if (!view.newest) return;
  showHead(view.session);
  showFigures(view.asOf, view.newest, view.chosen);
  const isListed = ({ type }) => !view.isQuiet || shortType(type) !== "AudienceObserved";
  list(find("#events"), view.events.filter(isListed).map((event) => ({ ...event, isChosen: event.position === view.chosen })), row);
  find("#events-more").hidden = !view.next;
}

const showHead = memo(({ id, title, status, startsAt, endsAt }) => {
  entitle(title);
  delete find("#title").dataset.say;
  find("#title").textContent = title;
  showStatus(find("#status"), status);
  find("#times").textContent = `${moment(startsAt)} – ${moment(endsAt)}`;
  find("#watch-link").hidden = false;
  find("#watch-link").href = `/watch?session=${id}`;
});

const showSessions = memo((sessions) => {
  find("#choice").hidden = false;
  const cards = sessions.filter(insightLink).map((session) => sessionCard(session, [insightLink(session)]));
  show(find("#sessions"), cards.length ? cards : empty(say("insight.sessions.none")));
});

const showFigures = memo((asOf, newest, chosen) => {
  write(find("#asof-head"), say("insight.asof", { position: number(chosen) }));
  const difference = (before, now) => (now === before ? "0" : now > before ? `+${number(now - before)}` : `−${number(before - now)}`);
  const line = ([name, value]) => {
    const [before, now] = [asOf && value(asOf), value(newest)];
    const cells = asOf ? [number(before), number(now), difference(before, now)] : ["…", number(now), "…"];
    return element("tr", {}, element("th", { scope: "row" }, say(`counter.${name}`)), cells.map((cell) => element("td", {}, cell)));
  };
  show(find("#figures"), figures.map(line));
});

function row({ position, time, type, data, actorkind, subject, version, isChosen }) {
  const pick = button(number(position), () => choose(position), { class: "link", "aria-label": `${say("insight.show")}: ${position}` });
  return element(
    "tr",
    { class: isChosen && "is-chosen", "aria-current": isChosen && "true" },
    element("td", { class: "figure" }, pick),
    element("td", { class: "figure" }, element("time", { datetime: time }, instant(time))),
    element("td", {}, element("b", {}, term("event", shortType(type))), element("span", { class: "soft type" }, shortType(type))),
    element("td", { class: "facts" }, summary(shortType(type), data ?? {})),
    element("td", { class: "actor" }, actorkind ? term("actor", actorkind) : ""),
    element("td", { class: "figure", title: subject ?? "" }, String(version)),
  );
}

/** CloudEvents types may carry a reverse-DNS prefix; people read the last part. */
const shortType = (type) => type.split(".").pop();

/** Shows the counters as of a position; while one answer is awaited only the last wish is remembered. */
function choose(position) {
  const [least, greatest] = ["min", "max"].map((bound) => Number(find("#slider")[bound]));
  view.chosen = Math.min(greatest, Math.max(least, Math.round(position) || least));
  find("#slider").value = find("#position").value = view.chosen;
  view.asOf = known.get(view.chosen) ?? null;
  render();
  if (!view.asOf) fetchChosen();
}

const known = new Map();
let fetching = false;

async function fetchChosen() {
  if (fetching) return;
  fetching = true;
  find("#moment-error").textContent = "";
  try {
    while (!known.has(view.chosen)) {
      const position = view.chosen;
      known.set(position, await get(`/v1/sessions/${session}/counters?asOf=${position}`));
    }
    view.asOf = known.get(view.chosen);
    render();
  } catch (problem) {
    find("#moment-error").textContent = problem.message;
  } finally {
    fetching = false;
  }
}

async function loadEvents(path) {
  const { items, next } = await readPage(path);
  view.events.push(...items);
  view.next = next;
  render();
}

/** Goes to the nearest event of this session `before` or `after` the chosen position, wherever the list below has come to. */
async function step(direction) {
  const { items } = await readPage(`/v1/sessions/${session}/log?limit=1&${direction}=${view.chosen}`);
  if (items.length) choose(items[0].position);
}

async function begin() {
  const found = await get(`/v1/sessions/${session}`);
  const newest = await get(`/v1/sessions/${session}/counters`);
  Object.assign(view, { session: found, newest });
  await loadEvents(`/v1/sessions/${session}/log?limit=100`);
  find("#moment").hidden = find("#log").hidden = false;
  const latest = Math.max(newest.position ?? 0, view.events.at(-1)?.position ?? 0);
  for (const field of [find("#slider"), find("#position")]) Object.assign(field, { min: view.events[0]?.position ?? 0, max: latest });
  known.set(latest, newest);
  choose(latest);
}

/** A session goes on while it is looked at; the newest column and the slider's end follow it. */
async function follow() {
  if (document.hidden || !view.newest) return;
  const newest = await get(`/v1/sessions/${session}/counters`).catch(() => null);
  if (!newest || newest.position === view.newest.position) return;
  view.newest = newest;
  for (const field of [find("#slider"), find("#position")]) field.max = newest.position;
  if (!view.next) await loadEvents(`/v1/sessions/${session}/log?limit=100&after=${view.events.at(-1)?.position ?? 0}`);
  render();
}

find("#slider").addEventListener("input", ({ target }) => choose(target.valueAsNumber));
find("#position").addEventListener("change", ({ target }) => choose(target.valueAsNumber));
find("#earlier").addEventListener("click", ({ currentTarget }) => act(currentTarget, () => step("before")));
find("#later").addEventListener("click", ({ currentTarget }) => act(currentTarget, () => step("after")));
find("#latest").addEventListener("click", () => choose(Number(find("#slider").max)));
find("#without-audience").addEventListener("click", ({ currentTarget }) => {
  view.isQuiet = pressed(currentTarget);
  render();
});
find("#events-more").addEventListener("click", ({ currentTarget }) => act(currentTarget, () => loadEvents(view.next)));

/** One session, or the choice of one, as the address says. */
async function open() {
  if (session === null) return () => absent(say("watch.nosession"));
  if (session) {
    await begin();
    setInterval(() => follow().catch(complain), 5_000);
    return render;
  }
  const sessions = paged("/v1/sessions?order=latest&limit=50", find("#sessions-more"), () => {
    view.sessions = sessions.items;
    render();
  });
  await sessions.load();
  return render;
}

frame("insight", open);
