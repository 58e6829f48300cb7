import { arrival } from "./arrival.js";
import { identifier, isViewer, me, who } from "../shared/api.js";
import { facts } from "../shared/card.js";
import { showCounters } from "../shared/counters.js";
import { showDetails } from "./details.js";
import { absent, act, announce, button, complain, element, empty, find, memo, session, show } from "../shared/dom.js";
import { ownData } from "./owndata.js";
import { questions } from "./questions.js";
import { openResume } from "./resume.js";
import { enter, greeting } from "../shared/room.js";
import { showStatus } from "../shared/session.js";
import { shelf } from "./shelf.js";
import { submissions } from "./submissions.js";
import { share } from "./share.js";
import { speak } from "../shared/speak.js";
import { jobWords } from "../shared/jobwords.js";
import { submissionWords } from "../shared/submissionwords.js";
import { learn, moment, roles, say } from "../shared/text.js";

learn(jobWords);
learn(submissionWords);

/** What is known of the session, from the page itself at first and then from the live connection. */
const room = { title: "", status: null, segment: null, featured: null, policy: null, shelf: null, startsAt: null };

/** Staff look on: applying, asking and what was applied for are for viewers. */
const isVisitor = () => isViewer(who());

const mine = submissions(() => render());
const own = ownData(sent);
const jobs = shelf(session, { look, apply: openSheet, applied: mine.has });
const talk = questions(session, () => room, isVisitor);
let client = null;
let draw = render;

/** What this viewer has sent, and only then who may see it: most have sent nothing, and ask nothing more. */
async function sent() {
  await mine.load();
  await own.load(mine.any());
}

function render() {
  if (!room.status) return;
  showStage(room.title, room.status, room.segment, room.startsAt);
  showFeatured(room.featured, room.status, mine.has(room.featured?.job));
  showPolicy(room.policy);
  jobs.render(room.shelf, room.featured?.job);
  talk.render();
  if (isVisitor()) mine.render();
  else showStaff(who().grants);
}

const showStaff = memo((grants) => {
  document.body.classList.add("staff");
  find("#staff").hidden = false;
  show(find("#staff"), say("watch.staff", { role: roles(grants) }), " ", element("a", { href: "/office" }, say("lobby.office")));
});

const showStage = memo((title, status, segment, startsAt) => {
  document.title = `${title} · Jobcast`;
  find("#title").textContent = title;
  showStatus(find("#status"), status);
  find("#segment").hidden = status !== "live" || !segment;
  if (segment) find("#segment").textContent = say(`segment.${segment}`);
  find("#stage-note").textContent = say(`watch.stage.${status}`, { time: startsAt ? moment(startsAt) : "" });
});

const showFeatured = memo((card, status, applied) => {
  const place = find("#featured");
  place.dataset.status = status;
  if (!card) return show(place, empty(say(`watch.featured.none.${status}`)));
  const more = button(say("watch.details"), () => look(card));
  const words = say(applied ? "watch.applied" : "watch.apply");
  const send = button(words, () => openSheet(card), { id: "featured-apply", class: "apply primary", disabled: applied });
  show(
    place,
    element("p", { class: "on-air-mark" }, say("featured")),
    facts(card, "h2"),
    element("p", { class: "card-conditions" }, card.conditions),
    element("p", { class: "controls" }, more, send),
  );
});

const showPolicy = memo((policy) => {
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
  client?.observe("opened", card.job);
  showDetails(card, {
    applied: mine.has(card.job),
    saved: jobs.saved(card),
    apply: () => openSheet(card),
    save: () => save(card),
    share: () => tell(card),
  });
}

function openSheet(card) {
  client?.observe("opened", card.job);
  // Before it starts, a session takes no résumés of its own.
  openResume(card, room.status === "scheduled" ? undefined : session, sent);
}

function save(card) {
  if (jobs.save(card)) client?.observe("saved", card.job);
  render();
}

/** Lets others know of a card: by an address that opens it. */
function tell(card) {
  client?.observe("shared", card.job);
  const address = new URL(`/watch?session=${session}&job=${card.job}&channel=share`, location.href);
  return share(`${card.title} · ${card.companyName}`, address.href);
}

/** Opens the card that the page's address names. */
async function lookAtNamed() {
  const named = identifier("job");
  if (!named) return;
  const card = await jobs.card(named);
  if (card) look(card);
  else announce(say("watch.unshelved"), "failed");
}

async function begin() {
  let hello;
  try {
    // Nobody has to be asked who visitors are, nor for what the page came with: they see it at once.
    [hello] = await Promise.all([greeting(session), me()]);
  } catch (problem) {
    const isMissing = [400, 404, 422].includes(problem.status);
    return refuse(() => absent(isMissing ? say("connection.missing") : problem.message, problem.isPassing));
  }
  Object.assign(room, hello.state);
  showCounters(hello.counters);
  render();
  const follow = { changed: render, counters: showCounters, snapshot: jobs.reload, shelf: jobs.reload, answer: talk.reload };
  client = enter(session, room, follow, hello, arrival());
  const loads = [jobs.load(), talk.load(), isVisitor() && sent()];
  await Promise.all(loads.map((loading) => loading && loading.catch(complain)));
  if (!hasScrolled) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  await lookAtNamed();
}

/** Whether somebody has scrolled; until then the tab that the address names is where they want to be, also once the lists have filled. */
let hasScrolled = false;
for (const way of ["wheel", "touchmove", "keydown"]) addEventListener(way, () => (hasScrolled = true), { once: true, passive: true });

/** There is no room to show: `why` says so, in whatever language. */
function refuse(why) {
  draw = why;
  draw();
}

// A tab goes to a part of the page without a step in the history: going back leaves the room at once.
find(".jump").addEventListener("click", (event) => {
  const tab = event.target.closest("a");
  if (!tab) return;
  event.preventDefault();
  location.replace(tab.href);
});

speak(() => draw());
if (session) act(find("#main"), begin);
else refuse(() => absent(say("watch.nosession")));
