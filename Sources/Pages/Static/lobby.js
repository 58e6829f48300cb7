import { holder, page } from "./api.js";
import { complain, empty, find, show, speak } from "./page.js";
import { sessionCard } from "./session.js";
import { say } from "./text.js";

const sections = [
  { place: "live", status: "live", none: "lobby.live.none", enter: "lobby.enter" },
  { place: "upcoming", status: "scheduled", none: "lobby.upcoming.none", enter: "lobby.preview" },
  { place: "ended", status: "ended", none: "lobby.ended.none", enter: "lobby.review" },
];

const loaded = new Map();

function render() {
  for (const { place, none, enter } of sections) {
    const sessions = loaded.get(place);
    if (!sessions) continue;
    const cards = sessions.map((session) => sessionCard(session, links(session, enter, place)));
    show(find(`#${place}`), cards.length ? cards : empty(say(none)));
  }
}

function links({ id }, enter, place) {
  const { role } = holder();
  return [
    [`/watch?session=${id}`, say(enter), place === "live" && "primary"],
    ["host", "operator"].includes(role) && [`/studio?session=${id}`, say("lobby.studio")],
    ["host", "analyst", "operator"].includes(role) && [`/insight?session=${id}`, say("lobby.insight")],
  ].filter(Boolean);
}

async function load({ place, status }) {
  try {
    loaded.set(place, (await page(`/v1/sessions?status=${status}&limit=20`)).items);
    render();
  } catch (problem) {
    complain(problem);
  } finally {
    find(`#${place}`).removeAttribute("aria-busy");
  }
}

const refresh = () => document.hidden || sections.forEach(load);

speak(render);
refresh();
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, 30_000);
