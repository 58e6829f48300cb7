/** One series: who organises it, its sessions, and what they come to together. */

import { all, get, holds, post } from "../shared/api.js";
import { ask } from "../shared/ask.js";
import { announce, button, element, empty, find, list, show, showAbout, worded } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { sessionRow } from "../shared/session.js";
import { number, say } from "../shared/text.js";
import { seriesStatus } from "./list.js";

const figures = [
  ["nav.sessions", ({ sessions }) => sessions],
  ["series.ended", ({ ended }) => ended],
  ["counter.openings", ({ openings }) => openings],
  ["counter.entries", ({ entries }) => entries],
  ["counter.submissions", ({ submissions }) => submissions],
  ["counter.answered", ({ questions }) => questions.answered],
];

export async function openSeries(id) {
  const path = `/v1/series/${id}`;
  let [series, sessions] = await Promise.all([get(path), all(`/v1/sessions?series=${id}&order=latest&limit=200`)]);
  const [head, totals, rows, nothing] = [
    element("header", { class: "page-head" }),
    element("dl", { class: "counters", id: "totals" }),
    element("ul", { class: "rows", id: "sessions" }),
    element("div", {}),
  ];

  function render() {
    entitle(series.title);
    const about = [series.brand, series.organisers.join(say("comma"))].filter(Boolean).join(" · ");
    showAbout(head, series, () => [
      element(
        "div",
        { class: "grow" },
        element("p", {}, worded("a", "series.back", { href: "/series" })),
        element("h1", { lang: "zh-CN" }, series.title),
        element("p", { class: "soft" }, seriesStatus(series), " ", about),
      ),
      holds("host") && series.status === "open" && element(
        "div",
        { class: "controls" },
        element("a", { class: "button primary", href: `/sessions?new&series=${id}` }, say("series.plan")),
        button(say("series.close"), close, { id: "close" }),
      ),
    ]);
    show(
      totals,
      figures.map(([words, value]) => element("div", {}, element("dt", {}, say(words)), element("dd", {}, number(value(series.totals))))),
    );
    list(rows, sessions, (session) => element("li", {}, sessionRow(session)));
    show(nothing, !sessions.length && empty(say("series.sessions.none")));
  }

  async function close() {
    const work = () => post(`${path}/closing`);
    const title = say("series.close.title", { title: series.title });
    if (!(await ask({ id: "closing", title, note: say("series.close.note"), fields: [], send: "series.close", work }))) return;
    series = await get(path);
    render();
    announce(say("series.closed"));
  }

  show(
    find("#main"),
    head,
    totals,
    element(
      "section",
      { class: "lister", "aria-labelledby": "sessions-title" },
      worded("h2", "nav.sessions", { id: "sessions-title" }),
      rows,
      nothing,
    ),
  );
  render();
  return render;
}
