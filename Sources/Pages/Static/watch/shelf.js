/** The session's shelf as viewers see it: every job, a page at a time, to be found again by text or by having been saved. */

import { facts, matches, shelfSum } from "../shared/card.js";
import { button, complain, element, empty, find, list, pressed, show, soon, write } from "../shared/dom.js";
import { paged } from "../shared/paged.js";
import { say } from "../shared/text.js";

const place = find("#shelf");
const search = find("#shelf-search");
const more = find("#shelf-more");

/** `look` and `apply` are what a viewer can do with a card, `applied` says whether this one did. */
export function shelf(session, { look, apply, applied }) {
  const all = paged(`/v1/sessions/${session}/shelf?limit=30`, more, () => render(...shown));
  let shown = [];
  let loading = null;
  let onlySaved = false;
  const saved = new Set(JSON.parse(localStorage.getItem("saved") ?? "[]"));

  /** Searching looks at every page, so the rest is fetched at the first letter typed, and after each change while it lasts. */
  function loadRest() {
    loading ??= all
      .loadRest()
      .catch(complain)
      .finally(() => (loading = null));
    return loading;
  }

  async function load() {
    await all.load();
    if (isSearching()) await loadRest();
  }

  /** The card of a job, if it is on the shelf. */
  async function card(job) {
    const found = () => all.items.find((card) => card.job === job);
    if (!found()) await loadRest();
    return found();
  }

  const isSearching = () => onlySaved || search.value.trim() !== "";

  function render(sums, featured) {
    shown = [sums, featured];
    if (sums) write(find("#shelf-sum"), shelfSum(sums));
    const found = all.items.filter((card) => (!onlySaved || saved.has(card.job)) && matches(card, search.value.trim()));
    const about = (card) => ({
      card,
      isFeatured: card.job === featured,
      isApplied: applied(card.job),
      isSaved: saved.has(card.job),
    });
    list(place, found.map(about), row);
    more.hidden = !all.hasMore() || isSearching();
    show(find("#shelf-empty"), !found.length && empty(whyEmpty()));
  }

  function whyEmpty() {
    if (!all.items.length) return say("watch.shelf.none");
    return search.value.trim() ? say("search.none", { text: search.value.trim() }) : say("watch.saved.none");
  }

  function row({ card, isFeatured, isApplied, isSaved }) {
    const mark = (words, look) => element("span", { class: look }, say(words));
    const marks = [isFeatured && mark("featured", "mark live"), isSaved && mark("watch.saved", "mark")];
    const open = button("", () => look(card), { class: "row", "data-job": card.job });
    open.append(...facts(card, "span"), element("span", { class: "marks" }, marks));
    const words = say(isApplied ? "watch.applied" : "watch.apply");
    const send = button(words, () => apply(card), { class: "apply small", disabled: isApplied, "aria-label": `${words}: ${card.title}` });
    return element("li", { class: isFeatured && "is-featured" }, open, send);
  }

  /** Saves a card, or forgets it again; true if it is saved now. */
  function save({ job }) {
    if (!saved.delete(job)) saved.add(job);
    localStorage.setItem("saved", JSON.stringify([...saved]));
    return saved.has(job);
  }

  search.addEventListener("input", () => {
    render(...shown);
    loadRest();
  });
  find("#saved-only").addEventListener("click", ({ currentTarget }) => {
    onlySaved = pressed(currentTarget);
    render(...shown);
    loadRest();
  });
  return { load, reload: soon(load), render, card, save, saved: ({ job }) => saved.has(job) };
}
