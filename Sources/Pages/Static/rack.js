/** The shelf as the host works it: everything at hand, found by a few letters, driven by the keyboard. */

import { pages, remove } from "./api.js";
import { facts, matches } from "./card.js";
import { act, complain, element, empty, find, list, show, write } from "./page.js";
import { number, say } from "./text.js";

export function rack(path, { feature, takeDown, room }) {
  const [place, search] = ["#shelf", "#shelf-search"].map(find);
  let items = [];
  let loading = null;
  let isStale = false;
  const shown = new Set();

  /** Loads the whole shelf; while it does, further wishes are one more load. */
  function load() {
    isStale = true;
    loading ??= (async () => {
      while (isStale) {
        isStale = false;
        items = [];
        for await (const some of pages(`${path}/shelf?limit=200`)) items.push(...some);
      }
      render();
    })()
      .catch(complain)
      .finally(() => (loading = null));
    return loading;
  }

  function render() {
    if (room.shelf) write(find("#shelf-sum"), say("watch.shelf.sum", { positions: number(room.shelf.positions), openings: number(room.shelf.openings) }));
    if (room.featured) shown.add(room.featured.position);
    const found = items.filter((card) => matches(card, search.value.trim()));
    list(place, found.map((card) => ({ card, isFeatured: card.position === room.featured?.position, wasShown: shown.has(card.position), status: room.status })), row);
    show(find("#shelf-empty"), !found.length && !loading && empty(items.length ? say("search.none", { text: search.value.trim() }) : say("studio.shelf.none")));
  }

  function row({ card, isFeatured, wasShown, status }) {
    const mark = isFeatured ? element("span", { class: "mark live" }, say("featured")) : wasShown && element("span", { class: "mark" }, say("studio.shelf.shown"));
    const put = element("button", { type: "button", class: "row", disabled: status !== "live", "aria-pressed": String(isFeatured), "data-position": card.position, onclick: () => act(put, () => feature(card)) });
    put.append(...facts(card, "span"), element("span", { class: "marks" }, mark));
    const off = element("button", { type: "button", class: "small quiet", disabled: !["scheduled", "live"].includes(status), "aria-label": say("studio.shelf.remove.label", { title: card.title }) });
    off.textContent = say("studio.shelf.remove");
    off.addEventListener("click", () => act(off, () => remove(`${path}/shelf/${card.position}`)));
    return element("li", { class: isFeatured ? "is-featured" : false }, put, off);
  }

  /** Moves between the search field and the rows. */
  function move(step) {
    const rows = [search, ...place.querySelectorAll(".row:not(:disabled)")];
    const next = rows.indexOf(document.activeElement) + step;
    if (rows[next]) rows[next].focus();
  }

  find(".shelf").addEventListener("keydown", (event) => {
    const isInRows = event.target === search || event.target.matches(".row");
    if (isInRows && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
    if (event.target === search && event.key === "Enter") place.querySelector(".row:not(:disabled)")?.click();
  });

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    const isTyping = event.target.matches("input, textarea, select");
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      search.focus();
    }
    if (event.key !== "Escape" || (isTyping && event.target !== search)) return;
    if (event.target === search && search.value) return;
    act(find("#take-down") ?? search, takeDown);
  });

  search.addEventListener("input", render);

  return { load, render, holds: (position) => items.some((card) => card.position === position) };
}
