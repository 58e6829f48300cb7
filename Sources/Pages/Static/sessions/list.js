/** The list of sessions that the reader helps to run. */

import { holds } from "../shared/api.js";
import { element, find, show, worded } from "../shared/dom.js";
import { lister } from "../shared/lister.js";
import { mayRun, sessionRow } from "../shared/session.js";

const statuses = ["upcoming", "live", "ended", "cancelled"];

export async function openSessions() {
  const search = { name: "q", words: "sessions.search" };
  const status = {
    name: "status",
    words: "sessions.status",
    options: [...statuses.map((one) => [one, `sessions.status.${one}`]), ["", "sessions.status.all"]],
  };
  const order = ({ status }) => ({ order: ["upcoming", "live"].includes(status) ? "soonest" : "latest" });
  const sessions = lister({
    id: "sessions",
    path: "/v1/sessions",
    filters: [search, status],
    fixed: order,
    keep: mayRun,
    row: sessionRow,
    none: "sessions.none",
  });
  const plan = holds("host") && worded("a", "sessions.plan", { class: "button primary", id: "plan", href: "/sessions?new" });
  show(find("#main"), element("header", { class: "page-head" }, worded("h1", "nav.sessions"), plan), sessions.node);
  await sessions.load();
  return sessions.render;
}
