/** Lists of the staff's pages: filters that stand in the address, a page at a time, rows that can be chosen. */

import { button, complain, element, empty, find, list, show, worded, write } from "./dom.js";
import { paged } from "./paged.js";
import { number, say } from "./text.js";

/** Milliseconds after the last letter until a text is looked for. */
const rest = 250;

const option = (one) =>
  Array.isArray(one) ? worded("option", one[1], { value: one[0] }) : element("option", { value: one.value }, one.text);

/**
 * A list of what `path` gives, its rows built by `row`. A filter has the `name` of a parameter, `words`, and `options` (pairs of value and
 * words; after the first also `{ value, text }`) unless it is a text to look for; `fixed` are parameters that stand always, or gives them
 * for the filters that are set. Of what the server gives only that is shown which `keep` takes. What is chosen by the boxes before the
 * rows can be done with by the buttons that `actions` gives for the chosen items; `none` are the words for an empty list.
 */
export function lister({ id, path, filters = [], fixed = {}, row, none, actions, keep = () => true }) {
  const more = worded("button", "more", { id: `${id}-more`, class: "wide", type: "button", hidden: true });
  const [rows, nothing, sum] = [
    element("ul", { id, class: "rows" }),
    element("div", { id: `${id}-empty` }),
    element("p", { id: `${id}-sum`, class: "soft", role: "status" }),
  ];
  const bar = element("div", { id: `${id}-actions`, class: "bulk", hidden: true });
  const chosen = new Set();
  let isLoaded = false;
  let timer = null;
  const pages = paged(null, more, render);
  const search = element("search", { class: "filters" }, filters.map(filter));
  const node = element("div", { class: "lister" }, filters.length > 0 && search, sum, bar, rows, nothing, more);
  search.addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(() => load().catch(complain), target.matches("input") ? rest : 0);
  });

  function filter({ name, words, options }) {
    const given = new URLSearchParams(location.search).get(name) ?? options?.[0][0] ?? "";
    const label = { id: `${id}-${name}`, name };
    if (!options) return element(
      "input",
      {
        ...label,
        type: "search",
        value: given,
        autocomplete: "off",
        enterkeyhint: "search",
        maxlength: 100,
        placeholder: say(words),
        "data-say-hint": words,
        "aria-label": say(words),
        "data-say-label": words,
      },
    );
    const choice = element(
      "select",
      { ...label, "aria-label": say(words), "data-say-label": words },
      options.map(option),
    );
    choice.value = given;
    if (choice.selectedIndex < 0) choice.selectedIndex = 0;
    return choice;
  }

  const items = () => pages.items.filter(keep);

  /** The filters that are set, by their parameters. */
  function set() {
    const all = Array.from(search.querySelectorAll("[name]"), ({ name, value }) => [name, value.trim()]);
    return Object.fromEntries(all.filter(([, value]) => value));
  }

  /** Loads the list from its beginning, as the filters say, which from then on stand in the address. */
  async function load() {
    const wanted = set();
    const address = new URL(location.href);
    for (const { name, options } of filters) {
      const value = wanted[name] ?? "";
      value === (options?.[0][0] ?? "") ? address.searchParams.delete(name) : address.searchParams.set(name, value);
    }
    history.replaceState(history.state, "", address);
    rows.setAttribute("aria-busy", "true");
    try {
      const always = typeof fixed === "function" ? fixed(wanted) : fixed;
      await pages.begin(`${path}?${new URLSearchParams({ limit: 50, ...always, ...wanted })}`);
      isLoaded = true;
    } finally {
      rows.removeAttribute("aria-busy");
    }
    render();
  }

  function render() {
    const shown = items();
    for (const one of chosen) if (!shown.some(({ id }) => id === one)) chosen.delete(one);
    list(rows, shown, entry);
    for (const box of rows.querySelectorAll(".choose")) box.checked = chosen.has(box.value);
    write(sum, isLoaded && shown.length ? say(pages.hasMore() ? "list.some" : "list.all", { count: number(shown.length) }) : "");
    show(nothing, isLoaded && !shown.length && empty(say(Object.keys(set()).length ? "list.none" : none)));
    showActions();
  }

  function entry(item) {
    const content = row(item);
    if (!actions) return element("li", {}, content);
    const box = element(
      "input",
      {
        type: "checkbox",
        class: "choose",
        value: item.id,
        "aria-label": say("list.choose", { title: item.title ?? item.name }),
        onchange: ({ target }) => toggle(target),
      },
    );
    return element("li", {}, element("label", { class: "pick" }, box), content);
  }

  function toggle({ value, checked }) {
    checked ? chosen.add(value) : chosen.delete(value);
    showActions();
  }

  function showActions() {
    if (!actions) return;
    bar.hidden = !chosen.size;
    const now = items().filter(({ id }) => chosen.has(id));
    const all = button(say(chosen.size < items().length ? "list.choose.all" : "list.choose.none"), chooseAll, { class: "link" });
    show(
      bar,
      chosen.size > 0 && [
        element("b", { role: "status" }, say("list.chosen", { count: number(chosen.size) })),
        all,
        element("div", { class: "controls" }, actions(now)),
      ],
    );
  }

  function chooseAll() {
    const isAll = chosen.size === items().length;
    chosen.clear();
    if (!isAll) for (const { id } of items()) chosen.add(id);
    render();
    find(`#${id}-actions button, #${id} .choose`)?.focus();
  }

  return { node, load, render, reload: pages.load, loadRest: pages.loadRest, items, clear: () => (chosen.clear(), render()) };
}
