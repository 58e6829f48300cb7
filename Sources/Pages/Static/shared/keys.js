/** What the staff's pages do by keys. */

import { find } from "./dom.js";

/** Does what `commands` names for a key, unless somebody writes, a sheet is open, or the key means something to what has the focus. */
export function onKeys(commands) {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (find("dialog[open]") || event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches("input, select, textarea")) return;
    const command = commands[key.length === 1 ? key.toLowerCase() : key];
    if (!command) return;
    event.preventDefault();
    command();
  });
}

/** Brings the keyboard to a row of a list: so many rows on from the one that has it, else to the first. */
export function walk(list, step) {
  const rows = Array.from(find(list).querySelectorAll(".row"));
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}

/** The keys by which rows are gone through. */
export const walkKeys = (list) => ({
  j: () => walk(list, 1),
  ArrowDown: () => walk(list, 1),
  k: () => walk(list, -1),
  ArrowUp: () => walk(list, -1),
});
