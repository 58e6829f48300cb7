/** One series: who organises it, its sessions, and what they come to together. */

import { Problem, all, holds } from "../shared/api.js";
import { element, empty, find, list, show, worded } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { sessionRow } from "../shared/session.js";
import { number, say } from "../shared/text.js";
import { seriesStatus } from "./list.js";

const figures = ["openings", "entries", "submissions"];

export async function openSeries(id) {
  const series = (await all("/v1/series?limit=200")).find((one) => one.id === id);
  if (!series) throw new Problem(404);
  const sessions = await all(`/v1/sessions?series=${id}&order=latest&limit=200`);
  const [head, totals, rows, nothing] = [element("header", { class: "page-head" }), element("dl", { class: "counters", id: "totals" }), element("ul", { class: "rows", id: "sessions" }), element("div", {})];

  function render() {
    entitle(series.title);
    const plan = holds("host") && series.status === "open" && element("a", { class: "button primary", href: `/sessions?new&series=${id}` }, say("series.plan"));
    show(head, element("div", { class: "grow" }, element("p", {}, worded("a", "series.back", { href: "/series" })), element("h1", { lang: "zh-CN" }, series.title), element("p", { class: "soft" }, seriesStatus(series), " ", [series.brand, series.organisers.join(say("comma"))].filter(Boolean).join(" · "))), plan && element("div", { class: "controls" }, plan));
    const sum = (name) => sessions.reduce((total, { counters }) => total + counters[name], 0);
    const figure = (words, value) => element("div", {}, element("dt", {}, say(words)), element("dd", {}, number(value)));
    show(totals, figure("nav.sessions", sessions.length), figures.map((name) => figure(`counter.${name}`, sum(name))));
    list(rows, sessions, (session) => element("li", {}, sessionRow(session)));
    show(nothing, !sessions.length && empty(say("series.sessions.none")));
  }

  show(find("#main"), head, totals, element("section", { class: "lister", "aria-labelledby": "sessions-title" }, worded("h2", "nav.sessions", { id: "sessions-title" }), rows, nothing));
  render();
  return render;
}
