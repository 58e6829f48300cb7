/** Where a host finds the own sessions, to open the console of one. */

import { all, holds } from "../shared/api.js";
import { empty, find, show } from "../shared/dom.js";
import { mayRun, sessionCard } from "../shared/session.js";
import { say } from "../shared/text.js";

const order = ["live", "interrupted", "scheduled", "ended", "cancelled"];

export async function openChoice() {
  const sessions = (await all("/v1/sessions?limit=200")).filter(mayRun).sort(bySense);
  find("#plan").hidden = !holds("host");
  return () => {
    const cards = sessions.map((session) => sessionCard(session, links(session)));
    show(find("#sessions"), cards.length ? cards : empty(say("studio.sessions.none")));
  };
}

function links({ id, status }) {
  const isOn = status === "live" || status === "interrupted";
  return [
    [`/studio?session=${id}`, say("studio.open"), isOn && "primary"],
    [`/sessions?session=${id}`, say("studio.plan")],
  ];
}

/** What is on first, then what comes soonest, then what was last. */
function bySense(one, other) {
  const [rank, otherRank] = [one, other].map(({ status }) => order.indexOf(status));
  const later = Date.parse(one.startsAt) - Date.parse(other.startsAt);
  return rank - otherRank || (rank > order.indexOf("scheduled") ? -later : later);
}
