/** A job as people see it: on a shelf, on air, in detail. */

import { element } from "./dom.js";
import { number, pay, say } from "./text.js";

/**
 * Title, pay, openings, place and company; the same facts in the same order wherever a job appears. With the heading
 * `span` they may stand inside a button.
 */
export function facts(card, heading = "h3") {
  const line = heading === "span" ? "span" : "p";
  return [
    element(heading, { class: "card-title" }, card.title),
    element(line, { class: "card-pay" }, pay(card.pay)),
    element(line, { class: "card-facts" }, [say("openings", { count: number(card.openings) }), card.place, card.companyName].map(fact)),
  ];
}

const fact = (text) => element("span", {}, text);

/** What a shelf holds in all. */
export const shelfSum = ({ jobs, openings }) => say("watch.shelf.sum", { jobs: number(jobs), openings: number(openings) });

/** True if a person who types this text means this card. */
export function matches(card, text) {
  const content = [card.title, card.companyName, card.place, card.occupation].join(" ").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => content.includes(word));
}
