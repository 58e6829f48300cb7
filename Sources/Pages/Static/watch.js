import { get } from "./api.js";
import { facts } from "./card.js";
import { strip } from "./counters.js";
import { showDetails } from "./details.js";
import { act, announce, button, complain, element, empty, find, part, session, show, speak } from "./page.js";
import { questions } from "./questions.js";
import { openResume } from "./resume.js";
import { enter } from "./room.js";
import { showStatus } from "./session.js";
import { shelf } from "./shelf.js";
import { submissions } from "./submissions.js";
import { moment, say } from "./text.js";

/** What is known of the session, from HTTP at first and then from the live connection. */
const room = { title: "", status: null, segment: null, featured: null, policy: null, shelf: null, startsAt: null };

const mine = submissions(() => render());
const positions = shelf(session, { look, apply: openSheet, applied: mine.has });
const talk = questions(session, () => room);
const showCounters = strip(["online", "entries", "viewers", "openings", "submissions", "answered"]);
let client = null;
let draw = render;

function render() {
  if (!room.status) return;
  showStage(room.title, room.status, room.segment, room.startsAt);
  showFeatured(room.featured, room.status, mine.has(room.featured?.position));
  showPolicy(room.policy);
  positions.render(room.shelf, room.featured?.position);
  talk.render();
  mine.render();
}

const showStage = part((title, status, segment, startsAt) => {
  document.title = `${title} · Jobcast`;
  find("#title").textContent = title;
  showStatus(find("#status"), status);
  find("#segment").hidden = status !== "live" || !segment;
  if (segment) find("#segment").textContent = say(`segment.${segment}`);
  find("#stage-note").textContent = say(`watch.stage.${status}`, { time: startsAt ? moment(startsAt) : "" });
});

const showFeatured = part((card, status, applied) => {
  const place = find("#featured");
  place.dataset.status = status;
  if (!card) return show(place, empty(say(`watch.featured.none.${status}`)));
  const more = button(say("watch.details"), () => look(card));
  const words = say(applied ? "watch.applied" : "watch.apply");
  const send = button(words, () => openSheet(card), { id: "featured-apply", class: "primary", disabled: applied });
  show(
    place,
    element("p", { class: "on-air-mark" }, say("featured")),
    facts(card, "h2"),
    element("p", { class: "card-conditions" }, card.conditions),
    element("p", { class: "controls" }, more, send),
  );
});

const showPolicy = part((policy) => {
  const place = find("#policy");
  place.hidden = !policy;
  if (!policy) return;
  const away = { href: policy.link, target: "_blank", rel: "noopener noreferrer" };
  show(
    place,
    element("p", { class: "policy-mark" }, say("watch.policy")),
    element("h2", {}, policy.title),
    element("p", {}, policy.summary),
    /^https?:/.test(policy.link ?? "") && element("a", away, say("watch.policy.link")),
  );
});

function look(card) {
  client?.observe("opened", card.position);
  showDetails(card, {
    applied: mine.has(card.position),
    saved: positions.saved(card),
    apply: () => openSheet(card),
    save: () => save(card),
    share: () => share(card),
  });
}

function openSheet(card) {
  client?.observe("opened", card.position);
  const channel = room.status === "ended" ? "replay" : room.featured?.position === card.position ? "live" : "shelf";
  openResume(card, session, channel, mine.load);
}

function save(card) {
  if (positions.save(card)) client?.observe("saved", card.position);
  render();
}

async function share(card) {
  client?.observe("shared", card.position);
  const link = { title: `${card.title} · ${card.companyName}`, url: location.href };
  if (navigator.share) return navigator.share(link).catch(() => {});
  await navigator.clipboard?.writeText(`${link.title} ${link.url}`).then(
    () => announce(say("watch.shared")),
    () => announce(link.url),
  );
}

async function begin() {
  try {
    Object.assign(room, await get(`/v1/sessions/${session}`));
  } catch (problem) {
    return [400, 404, 422].includes(problem.status) ? absent("connection.missing") : complain(problem);
  }
  showCounters(room.counters);
  render();
  client = enter(session, room, {
    changed: render,
    counters: showCounters,
    snapshot: positions.reload,
    shelf: positions.reload,
    answer: talk.reload,
  });
  await Promise.all([positions.load(), talk.load(), mine.load()].map((loading) => loading.catch(complain)));
}

function absent(reason) {
  draw = () => absent(reason);
  const toLobby = element("a", { class: "button primary", href: "/" }, say("watch.tolobby"));
  show(find("#main"), element("section", { class: "panel lonely" }, element("h1", {}, say(reason)), toLobby));
  find("#connection").hidden = true;
}

speak(() => draw());
if (session) act(find("#main"), begin);
else absent("watch.nosession");
