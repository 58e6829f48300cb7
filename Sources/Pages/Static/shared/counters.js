/** The strip of live counters. Each figure has its place in the HTML, so that nothing moves when it comes or changes. */

import { find, write } from "./dom.js";
import { number } from "./text.js";

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

/** Shows new values at the figures that the page has a place for. */
export function showCounters(counters) {
  for (const [name, value] of figures) {
    const place = find(`#counter-${name}`);
    if (place) write(place, number(value(counters)));
  }
}
