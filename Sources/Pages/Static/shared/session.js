/** A session as the lobby and the choosers of studio and insight list it. */

import { holds, who } from "./api.js";
import { element } from "./dom.js";
import { moment, number, say, term } from "./text.js";

/** The mark that says whether a session is on; the same everywhere. */
export function showStatus(place, status) {
  place.hidden = false;
  place.dataset.status = status;
  place.textContent = say(`status.${status}`);
}

/** Whether whom `me` has found helps to run this session; the server alone decides what is allowed. */
export function mayRun({ id, host, organisation }) {
  const { subject, grants } = who() ?? { grants: [] };
  return grants.some((grant) => {
    if (!["operator", "host", "coHost", "assistant", "policyPresenter"].includes(grant.role)) return false;
    if (grant.session) return grant.session === id;
    if (grant.organisation) return grant.organisation === organisation;
    return grant.role !== "host" || host === subject;
  });
}

/** Links for `sessionCard`, false for those who would only be refused there. */
export const studioLink = (session) => mayRun(session) && [`/studio?session=${session.id}`, say("lobby.studio")];
export const insightLink = (session) =>
  (mayRun(session) || holds("analyst")) && [`/insight?session=${session.id}`, say("lobby.insight")];

/** `links` are triples of address, words and, for the one to press first, `primary`. */
export function sessionCard(session, links) {
  const status = element("span", { class: "status" });
  showStatus(status, statusOf(session));
  const base = session.base && (session.base.endsWith("基地") ? session.base : say("base", { name: session.base }));
  return element(
    "article",
    { class: "session" },
    element("p", { class: "session-marks" }, status, mark(term("format", session.format)), base && mark(base)),
    element("h3", {}, session.title),
    element("p", { class: "soft" }, element("time", { datetime: session.startsAt }, moment(session.startsAt))),
    element("p", { class: "session-sums" }, sums(session)),
    element("p", { class: "controls" }, links.map(([href, words, look]) => element("a", { class: `button ${look || ""}`, href }, words))),
  );
}

/** A session in a list of the staff's, which leads to where it is planned. */
export function sessionRow(session) {
  const status = element("span", { class: "status" });
  showStatus(status, statusOf(session));
  const openings = session.counters?.openings;
  const facts = [
    moment(session.startsAt),
    term("format", session.format),
    session.base,
    openings > 0 && say("openings", { count: number(openings) }),
  ];
  return element(
    "a",
    { class: "row", href: `/sessions?session=${session.id}` },
    element("span", { class: "card-title" }, session.title),
    status,
    element("span", { class: "card-facts" }, facts.filter(Boolean).map((text) => element("span", {}, text))),
  );
}

/** How far a session has come; one that should have begun is late. */
export const statusOf = ({ status, startsAt }) => (status === "scheduled" && Date.parse(startsAt) < Date.now() ? "late" : status);

function sums({ status, counters, shelf }) {
  const live = status === "live" || status === "interrupted";
  const shown = [
    [live && counters, "online", counters?.online],
    [counters && status !== "scheduled", "entries", counters?.entries],
    [true, "openings", counters?.openings || shelf?.openings],
    [counters && status !== "scheduled", "submissions", counters?.submissions],
  ];
  return shown
    .filter(([applies, , value]) => applies && value !== undefined)
    .map(([, name, value]) => mark(element("b", {}, number(value)), ` ${say(`counter.${name}`)}`));
}

const mark = (...content) => element("span", {}, ...content);
