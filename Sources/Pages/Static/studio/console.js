/** The host's console for one session. */

import { all, get, post, remove } from "../shared/api.js";
import { showCounters } from "../shared/counters.js";
import { adder } from "./add.js";
import { facts } from "../shared/card.js";
import { questions as questionsOf } from "./questions.js";
import { absent, act, announce, button, complain, element, empty, find, list, memo, show, write } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { open } from "../shared/sheet.js";
import { enter } from "../shared/room.js";
import { mayRun, showStatus } from "../shared/session.js";
import { shelf as shelfOf } from "./shelf.js";
import { termList } from "../shared/job.js";
import { elapsed, moment, say } from "../shared/text.js";

const segments = ["jobs", "policy", "questions"];

/** Milliseconds a card stays up at least, unless the host insists; the server's rule, told here before it has to refuse. */
const minimumDisplay = 45_000;
/** Milliseconds in which a second press insists. */
const insistWithin = 8_000;

export function openConsole(session) {
  const path = `/v1/sessions/${session}`;
  const room = { title: "", status: null, segment: null, featured: null, policy: null, shelf: null, startsAt: null };
  let policies = [];
  let insisted = { on: null, until: 0 };
  let draw = render;

  const shelf = shelfOf(path, { feature, takeDown, room });
  const questions = questionsOf(path);
  const adding = adder(path, shelf);

  function render() {
    if (!room.status) return;
    showHead(room.title, room.status, room.startsAt);
    showFeatured(room.featured, room.status);
    showSegments(room.segment, room.status);
    showPolicies(policies, room.policy?.policy, room.status);
    shelf.render();
    questions.render();
    tick();
  }

  const showHead = memo((title, status, startsAt) => {
    entitle(title);
    find("#title").textContent = title;
    find("#watch-link").href = `/watch?session=${session}`;
    showStatus(find("#status"), status);
    find("#clock").textContent = say("studio.starts", { time: moment(startsAt) });
    find("#add").disabled = !["scheduled", "live"].includes(status);
    const wasHere = find("#controls").contains(document.activeElement);
    show(find("#controls"), controls(status));
    // Whoever has interrupted resumes next: the button in its place is another.
    if (wasHere) find("#controls button")?.focus();
  });

  function controls(status) {
    const control = (name, look, press) => button(say(`studio.${name}`), press, { id: `control-${name}`, class: look });
    const end = control("end", "danger", () => open(find("#ending")));
    if (status === "scheduled") return control("start", "primary", () => post(`${path}/start`));
    if (status === "live") return [control("interrupt", null, interrupt), end];
    return status === "interrupted" ? [control("resume", "primary", () => post(`${path}/resumption`)), end] : [];
  }

  const interrupt = () => post(`${path}/interruption`, { cause: say("studio.interrupt.cause") });

  const showFeatured = memo((card, status) => {
    const why = status === "live" ? "studio.featured.none" : `studio.featured.none.${status}`;
    if (!card) return show(find("#featured"), empty(say(why)));
    const down = button(say("studio.unfeature"), takeDown, { id: "take-down", disabled: status !== "live" });
    show(find("#featured"), facts(card), element("p", { class: "card-conditions" }, card.conditions), termList(card), down);
  });

  const showSegments = memo((segment, status) => {
    for (const kind of segments) {
      const choice = find(`#segment-${kind}`);
      choice.textContent = say(`segment.${kind}`);
      choice.setAttribute("aria-pressed", String(kind === segment));
      choice.disabled = status !== "live";
    }
  });

  async function switchTo(kind) {
    if (kind !== room.segment) await post(`${path}/segments`, { kind });
  }

  const showPolicies = memo((known, shown, status) => {
    const policies = known.map(({ id, title }) => ({ id, title, isShown: id === shown, isLive: status === "live" }));
    list(find("#policies"), policies, policyEntry);
    show(find("#policies-empty"), !known.length && empty(say("studio.policies.none")));
  });

  function policyEntry({ id, title, isShown, isLive }) {
    const words = say(isShown ? "studio.policy.shown" : "studio.policy.show");
    const press = () => post(`${path}/policy-cards`, { policy: id });
    const control = button(words, press, { class: "small", disabled: isShown || !isLive, "aria-label": `${words}: ${title}` });
    return element("li", { class: "submission" }, element("p", {}, title), control);
  }

  /** Puts a card on air; before the minimum is over only at a second press, which says that the host knows. */
  async function feature(card) {
    if (room.featured?.job === card.job && room.featured.version === card.version) return;
    await insistently(card.job, (override) => post(`${path}/featured`, { job: card.job, ...(override && { override }) }));
  }

  async function takeDown() {
    if (room.featured) await insistently("nothing", (override) => remove(`${path}/featured${override ? "?override=true" : ""}`));
  }

  async function insistently(what, send) {
    const insists = insisted.on === what && Date.now() < insisted.until;
    if (!insists && room.featured && left() > 0) return ask(what);
    insisted = { on: null, until: 0 };
    try {
      await send(insists);
    } catch (problem) {
      if (problem.code !== "minimum-display" || insists) throw problem;
      ask(what);
    }
  }

  function ask(what) {
    insisted = { on: what, until: Date.now() + insistWithin };
    announce(say("studio.featured.override", { seconds: minimumDisplay / 1000 }), "asking");
  }

  /** When this browser saw the card go on air; null if it was on air already. */
  const featuredAt = () => {
    const seen = JSON.parse(sessionStorage.getItem(`featured ${session}`) ?? "{}");
    return seen.job === room.featured?.job && seen.version === room.featured?.version ? seen.at : null;
  };

  const left = () => (featuredAt() === null ? 0 : minimumDisplay - (Date.now() - featuredAt()));

  function tick() {
    const at = room.featured && featuredAt();
    find("#featured-time").hidden = !at;
    if (!at) return;
    find("#featured-progress").value = Math.min(45, (Date.now() - at) / 1000);
    const rest = Math.ceil(left() / 1000);
    const early = rest > 0 ? ` · ${say("studio.featured.early", { seconds: minimumDisplay / 1000, left: rest })}` : "";
    write(find("#featured-elapsed"), say("studio.featured.for", { time: elapsed(Date.now() - at) }) + early);
  }

  function noteCard({ op, card }) {
    if (op !== "featured") return;
    const seen = { job: card.job, version: card.version, at: Date.now() };
    sessionStorage.setItem(`featured ${session}`, JSON.stringify(seen));
  }

  function onCounters(counters) {
    showCounters(counters);
    questions.expect(counters.questions);
  }

  show(find("#segments"), segments.map((kind) => button("", () => switchTo(kind), { id: `segment-${kind}` })));
  const end = () => post(`${path}/end`, {}).finally(() => find("#ending").close());
  find("#end").addEventListener("click", ({ currentTarget }) => act(currentTarget, end));
  find("#add").addEventListener("click", adding.open);

  async function begin() {
    try {
      Object.assign(room, await get(path));
    } catch (problem) {
      return refuse(() => absent(problem.message, problem.isPassing));
    }
    if (!mayRun(room)) return refuse(() => absent(say("studio.others")));
    onCounters(room.counters);
    render();
    setInterval(tick, 1_000);
    find("#connection").hidden = false;
    enter(session, room, {
      changed: render,
      counters: onCounters,
      snapshot: shelf.load,
      shelf: shelf.load,
      card: noteCard,
      answer: questions.load,
    });
    const isPlanned = ({ id }) => room.policies?.includes(id) ?? false;
    policies = (await all("/v1/policies?limit=200")).sort((one, other) => isPlanned(other) - isPlanned(one));
    render();
  }

  /** Nothing of the console is of use: `why` says so in its place, in whatever language. */
  function refuse(why) {
    draw = why;
    draw();
  }

  begin().catch(complain);
  return () => draw();
}
