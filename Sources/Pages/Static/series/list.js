/** The list of series, and the form in which one is opened. */

import { holds, post } from "../shared/api.js";
import { ask } from "../shared/ask.js";
import { element, find, show, worded } from "../shared/dom.js";
import { lister } from "../shared/lister.js";
import { say } from "../shared/text.js";

export async function openAllSeries() {
  const filters = [
    { name: "q", words: "series.search" },
    {
      name: "status",
      words: "series.status",
      options: [["", "series.status.all"], ...["open", "closed"].map((one) => [one, `series.status.${one}`])],
    },
  ];
  const series = lister({ id: "series", path: "/v1/series", filters, row, none: "series.none" });
  const add = holds("host") && worded("button", "series.open", { type: "button", class: "primary", id: "open" });
  add && add.addEventListener("click", open);
  show(find("#main"), element("header", { class: "page-head" }, worded("h1", "nav.series"), add), series.node);
  await series.load();
  return series.render;
}

async function open() {
  const fields = [
    { name: "title", words: "series.title", required: true, max: 100 },
    { name: "organisers", words: "series.organisers", hint: "series.organisers.hint", kind: "lines", required: true, rows: 3 },
    { name: "brand", words: "series.brand", max: 100 },
  ];
  let opened;
  const work = async (entered) => (opened = await post("/v1/series", entered));
  // The page is left only once the sheet has taken its step back in the history.
  const isDone = await ask({ id: "opening", title: say("series.open"), fields, send: "series.open", work });
  if (isDone) location.assign(`/series?series=${opened.id}`);
}

/** The mark that says whether sessions can still be added to a series. */
export const seriesStatus = ({ status }) => element("span", { class: "status", "data-status": status }, say(`series.status.${status}`));

function row(series) {
  return element(
    "a",
    { class: "row", href: `/series?series=${series.id}` },
    element("span", { class: "card-title" }, series.title),
    seriesStatus(series),
    element("span", { class: "soft" }, [series.brand, series.organisers.join(say("comma"))].filter(Boolean).join(" · ")),
  );
}
