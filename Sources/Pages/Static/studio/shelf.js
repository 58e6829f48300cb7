/** The shelf as the host works it: everything at hand, found by a few letters, driven by the keyboard. */

import { all, remove } from "../shared/api.js";
import { facts, matches, shelfSum } from "../shared/card.js";
import { act, button, complain, element, empty, find, list, show, write } from "../shared/dom.js";
import { say } from "../shared/text.js";

export function shelf(path, { feature, takeDown, room }) {
  const [place, search] = ["#shelf", "#shelf-search"].map(find);
  let items = [];
  let loading = null;
  let isStale = false;
  const shown = new Set();

  /** Loads the whole shelf; while it does, further wishes are one more load. */
  function load() {
    isStale = true;
    loading ??= loadAll()
      .catch(complain)
      .finally(() => {
        loading = null;
        render();
      });
    return loading;
  }

  async function loadAll() {
    while (isStale) {
      isStale = false;
      items = await all(`${path}/shelf?limit=200`);
    }
  }

  function render() {
    if (room.shelf) write(find("#shelf-sum"), shelfSum(room.shelf));
    if (room.featured) shown.add(room.featured.job);
    const found = items.filter((card) => matches(card, search.value.trim()));
    const isFeatured = ({ job }) => job === room.featured?.job;
    const about = (card) => ({ card, isFeatured: isFeatured(card), wasShown: shown.has(card.job), status: room.status });
    list(place, found.map(about), row);
    const why = items.length ? say("search.none", { text: search.value.trim() }) : say("studio.shelf.none");
    show(find("#shelf-empty"), !found.length && !loading && empty(why));
  }

  function row({ card, isFeatured, wasShown, status }) {
    const mark = (words, look) => element("span", { class: look }, say(words));
    const marks = isFeatured ? mark("featured", "mark live") : wasShown && mark("studio.shelf.shown", "mark");
    const put = button("", () => feature(card), {
      class: "row",
      disabled: status !== "live",
      "aria-pressed": String(isFeatured),
      "data-job": card.job,
    });
    put.append(...facts(card, "span"), element("span", { class: "marks" }, marks));
    const off = button(say("studio.shelf.remove"), () => remove(`${path}/shelf/${card.job}`), {
      class: "small quiet",
      disabled: !["scheduled", "live"].includes(status),
      "aria-label": say("studio.shelf.remove.label", { title: card.title }),
    });
    return element("li", { class: isFeatured && "is-featured" }, put, off);
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

  return { load, render, holds: (job) => items.some((card) => card.job === job) };
}
