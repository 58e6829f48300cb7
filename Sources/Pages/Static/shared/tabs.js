/** Parts of a list of which one is shown, each with how many there are in it. */

import { button, element, show } from "./dom.js";
import { say } from "./text.js";

/**
 * Tabs for pairs of a value and words, kept in the address under `name`; `changed` is called when another is chosen. The first is shown
 * where the address names none.
 */
export function tabsOf({ name, words, pairs, changed }) {
  const given = new URLSearchParams(location.search).get(name);
  let current = pairs.some(([value]) => value === given) ? given : pairs[0][0];
  let counts = {};
  const node = element("div", { class: "tabs", role: "group", "data-say-label": words, "aria-label": say(words) });

  function render() {
    show(node, pairs.map(tab));
  }

  function tab([value, words]) {
    const one = button(say(words), () => choose(value), { id: `tab-${value}`, "aria-pressed": String(value === current) });
    if (counts[value] !== undefined) one.append(" ", element("b", {}, counts[value]));
    return one;
  }

  function choose(value) {
    current = value;
    const address = new URL(location.href);
    value === pairs[0][0] ? address.searchParams.delete(name) : address.searchParams.set(name, value);
    history.replaceState(history.state, "", address);
    render();
    return changed();
  }

  return {
    node,
    render,
    choose,
    current: () => current,
    /** Tells how many there are, as texts by the tabs' values. */
    count(found) {
      counts = found;
      render();
    },
    /** Keys 1 to 9 for the tabs in their order. */
    keys: Object.fromEntries(pairs.slice(0, 9).map(([value], index) => [String(index + 1), () => choose(value)])),
  };
}
