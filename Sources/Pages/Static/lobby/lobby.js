import { isViewer, me, who } from "../shared/api.js";
import { paged } from "../shared/paged.js";
import { complain, empty, find, show } from "../shared/dom.js";
import { insightLink, sessionCard, studioLink } from "../shared/session.js";
import { speak } from "../shared/speak.js";
import { say } from "../shared/text.js";

const sections = [
  { place: "live", query: "status=live&order=soonest", none: "lobby.live.none", enter: "lobby.enter" },
  { place: "upcoming", query: "status=upcoming&order=soonest", none: "lobby.upcoming.none", enter: "lobby.preview" },
  { place: "ended", query: "status=ended&order=latest", none: "lobby.ended.none", enter: "lobby.review" },
].map((section) => {
  const { place, query } = section;
  const sessions = paged(`/v1/sessions?${query}&limit=20`, find(`#${place}-more`), () => render({ ...section, sessions }));
  return { ...section, sessions };
});

function render({ place, none, enter, sessions }) {
  if (find(`#${place}`).hasAttribute("aria-busy")) return;
  const cards = sessions.items.map((session) => sessionCard(session, links(session, enter, place)));
  show(find(`#${place}`), cards.length ? cards : empty(say(none)));
}

function links(session, enter, place) {
  const toWatch = [`/watch?session=${session.id}`, say(enter), place === "live" && "primary"];
  return [toWatch, studioLink(session), insightLink(session)].filter(Boolean);
}

async function load(section) {
  try {
    await section.sessions.load();
    find(`#${section.place}`).removeAttribute("aria-busy");
    render(section);
  } catch (problem) {
    complain(problem);
  }
}

const refresh = () => document.hidden || sections.forEach(load);

speak(() => sections.forEach(render));
me()
  .catch(complain)
  .then(() => {
    find("#to-office").hidden = isViewer(who());
    refresh();
  });
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, 30_000);
