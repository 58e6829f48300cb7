/** The session's shelf as viewers see it: every position, a page at a time, to be found again by text or by having been saved. */

import { page } from "./api.js";
import { facts, matches } from "./card.js";
import { act, complain, element, empty, find, list, show, write } from "./page.js";
import { number, say } from "./text.js";

const place = find("#shelf");
const search = find("#shelf-search");
const more = find("#shelf-more");

/** Milliseconds over which a room's viewers spread their requests when the shelf changes for all of them at once. */
const spread = 3_000;

/** `look` and `apply` are what a viewer can do with a card, `applied` says whether this one did. */
export function shelf(session, { look, apply, applied }) {
  let items = [];
  let next = null;
  let shown = [];
  let timer = null;
  let loading = null;
  const saved = new Set(JSON.parse(localStorage.getItem("saved") ?? "[]"));
  const first = `/v1/sessions/${session}/shelf?limit=50`;

  async function load(path) {
    const loaded = await page(path);
    items = path === first ? loaded.items : [...items, ...loaded.items];
    next = loaded.next;
    render(...shown);
  }

  /** Searching looks at every page, so the rest is fetched at the first letter typed. */
  const loadAll = () => (loading ??= (async () => { while (next) await load(next); })().catch(complain).finally(() => (loading = null)));

  function reload() {
    clearTimeout(timer);
    timer = setTimeout(() => load(first).then(() => wanted() && loadAll(), complain), items.length ? Math.random() * spread : 0);
  }

  const wanted = () => search.value.trim() || find("#saved-only").getAttribute("aria-pressed") === "true";

  function render(sums, featured) {
    shown = [sums, featured];
    if (sums) write(find("#shelf-sum"), say("watch.shelf.sum", { positions: number(sums.positions), openings: number(sums.openings) }));
    const only = find("#saved-only").getAttribute("aria-pressed") === "true";
    const found = items.filter((card) => (!only || saved.has(card.position)) && matches(card, search.value.trim()));
    list(place, found.map((card) => ({ card, isFeatured: card.position === featured, isApplied: applied(card.position), isSaved: saved.has(card.position) })), row);
    more.hidden = !next || Boolean(wanted());
    const reason = !items.length ? say("watch.shelf.none") : only && !search.value ? say("watch.saved.none") : say("search.none", { text: search.value.trim() });
    show(find("#shelf-empty"), !found.length && empty(reason));
  }

  function row({ card, isFeatured, isApplied, isSaved }) {
    const marks = [isFeatured && element("span", { class: "mark live" }, say("featured")), isSaved && element("span", { class: "mark" }, say("watch.saved"))];
    const open = element("button", { type: "button", class: "row", onclick: () => look(card) }, ...facts(card, "span"), element("span", { class: "marks" }, marks));
    const send = element("button", { type: "button", class: "small", disabled: isApplied, "aria-label": `${say("watch.apply")}: ${card.title}`, onclick: () => apply(card) });
    send.textContent = say(isApplied ? "watch.applied" : "watch.apply");
    return element("li", { class: isFeatured ? "is-featured" : false }, open, send);
  }

  /** Saves a card, or forgets it again; true if it is saved now. */
  function save({ position }) {
    if (!saved.delete(position)) saved.add(position);
    localStorage.setItem("saved", JSON.stringify([...saved]));
    return saved.has(position);
  }

  search.addEventListener("input", () => { render(...shown); loadAll(); });
  find("#saved-only").addEventListener("click", ({ currentTarget }) => {
    currentTarget.setAttribute("aria-pressed", String(currentTarget.getAttribute("aria-pressed") !== "true"));
    render(...shown);
    loadAll();
  });
  more.addEventListener("click", () => act(more, () => load(next)));

  return { render, reload, save, saved: ({ position }) => saved.has(position) };
}
