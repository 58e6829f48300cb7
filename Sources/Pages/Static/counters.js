/** The strip of live counters. Each figure has its place from the start, so that nothing moves when a figure changes. */

import { element, find, write } from "./page.js";
import { number, say } from "./text.js";

/** What is counted, and where it stands in a counters frame. */
export const figures = [
  ["online", (counters) => counters.online],
  ["entries", (counters) => counters.entries],
  ["viewers", (counters) => counters.viewers],
  ["cards", (counters) => counters.cards],
  ["openings", (counters) => counters.openings],
  ["submissions", (counters) => counters.submissions],
  ["asked", (counters) => counters.questions.asked],
  ["answered", (counters) => counters.questions.answered],
];

/** Fills `#counters` with the figures of these names; gives a function that shows new values. */
export function strip(names = figures.map(([name]) => name)) {
  const shown = figures.filter(([name]) => names.includes(name));
  const places = new Map();
  for (const [name] of shown) {
    const label = element("dt", { "data-say": `counter.${name}` }, say(`counter.${name}`));
    const value = element("dd", { id: `counter-${name}` }, "–");
    places.set(name, value);
    find("#counters").append(element("div", {}, label, value));
  }
  return (counters) => {
    for (const [name, value] of shown) write(places.get(name), number(value(counters)));
  };
}
