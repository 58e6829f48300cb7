/** The session's shelf as viewers see it: every position, a page at a time, to be found again by text or by having been saved. */

import { page } from "./api.js";
import { facts, matches, shelfSum } from "./card.js";
import { act, button, complain, element, empty, find, list, pressed, show, soon, write } from "./page.js";
import { say } from "./text.js";

const place = find("#shelf");
const search = find("#shelf-search");
const more = find("#shelf-more");

/** `look` and `apply` are what a viewer can do with a card, `applied` says whether this one did. */
export function shelf(session, { look, apply, applied }) {
  let items = [];
  let next = null;
  let shown = [];
  let loading = null;
  let onlySaved = false;
  const saved = new Set(JSON.parse(localStorage.getItem("saved") ?? "[]"));
  const first = `/v1/sessions/${session}/shelf?limit=30`;

  async function loadNext() {
    const loaded = await page(next);
    items = [...items, ...loaded.items];
    next = loaded.next;
    render(...shown);
  }

  /** Searching looks at every page, so the rest is fetched at the first letter typed. */
  function loadAll() {
    loading ??= loadRest()
      .catch(complain)
      .finally(() => (loading = null));
  }

  async function loadRest() {
    while (next) await loadNext();
  }

  /** As many pages as before, so that nobody loses the place while the shelf changes. */
  async function load() {
    const wanted = isSearching() ? Infinity : items.length;
    let loaded = await page(first);
    const all = loaded.items;
    while (loaded.next && all.length < wanted) {
      loaded = await page(loaded.next);
      all.push(...loaded.items);
    }
    items = all;
    next = loaded.next;
    render(...shown);
  }

  const reload = soon(load);

  const isSearching = () => onlySaved || search.value.trim() !== "";

  function render(sums, featured) {
    shown = [sums, featured];
    if (sums) write(find("#shelf-sum"), shelfSum(sums));
    const found = items.filter((card) => (!onlySaved || saved.has(card.position)) && matches(card, search.value.trim()));
    const about = (card) => ({
      card,
      isFeatured: card.position === featured,
      isApplied: applied(card.position),
      isSaved: saved.has(card.position),
    });
    list(place, found.map(about), row);
    more.hidden = !next || isSearching();
    show(find("#shelf-empty"), !found.length && empty(whyEmpty()));
  }

  function whyEmpty() {
    if (!items.length) return say("watch.shelf.none");
    return search.value.trim() ? say("search.none", { text: search.value.trim() }) : say("watch.saved.none");
  }

  function row({ card, isFeatured, isApplied, isSaved }) {
    const mark = (words, look) => element("span", { class: look }, say(words));
    const marks = [isFeatured && mark("featured", "mark live"), isSaved && mark("watch.saved", "mark")];
    const open = button("", () => look(card), { class: "row" });
    open.append(...facts(card, "span"), element("span", { class: "marks" }, marks));
    const words = say(isApplied ? "watch.applied" : "watch.apply");
    const send = button(words, () => apply(card), { class: "small", disabled: isApplied, "aria-label": `${words}: ${card.title}` });
    return element("li", { class: isFeatured && "is-featured" }, open, send);
  }

  /** Saves a card, or forgets it again; true if it is saved now. */
  function save({ position }) {
    if (!saved.delete(position)) saved.add(position);
    localStorage.setItem("saved", JSON.stringify([...saved]));
    return saved.has(position);
  }

  search.addEventListener("input", () => {
    render(...shown);
    loadAll();
  });
  find("#saved-only").addEventListener("click", ({ currentTarget }) => {
    onlySaved = pressed(currentTarget);
    render(...shown);
    loadAll();
  });
  more.addEventListener("click", () => act(more, loadNext));

  return { load, reload, render, save, saved: ({ position }) => saved.has(position) };
}
