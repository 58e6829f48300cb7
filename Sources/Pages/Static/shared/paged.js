/** A list that the server gives a page at a time, shown as far as somebody wanted to see it. */

import { readPage } from "./api.js";
import { act } from "./dom.js";

/** `first` is the address of its first page, `more` the button for the next; `changed` is called whenever `items` are others. */
export function paged(first, more, changed) {
  const list = { items: [], hasMore: () => next !== null, load: () => inTurn(load), loadRest, begin };
  let next = null;
  let latest = Promise.resolve();

  /** One step after the other: a page that was asked for before the list changed must not be added after it. */
  function inTurn(step) {
    latest = latest.catch(() => {}).then(step);
    return latest;
  }

  function take(items, following) {
    list.items = items;
    next = following;
    more.hidden = next === null;
    changed();
  }

  /** Shows another list from now on, from its beginning. */
  function begin(path) {
    first = path;
    return inTurn(() => {
      list.items = [];
      return load();
    });
  }

  /** As much as was loaded before, so that nobody loses the place while the list changes. */
  async function load() {
    let loaded = await readPage(first);
    const all = loaded.items;
    while (loaded.next && all.length < list.items.length) {
      loaded = await readPage(loaded.next);
      all.push(...loaded.items);
    }
    take(all, loaded.next);
  }

  async function loadNext() {
    if (!next) return;
    const loaded = await readPage(next);
    take([...list.items, ...loaded.items], loaded.next);
  }

  async function loadRest() {
    while (next) await inTurn(loadNext);
  }

  more.addEventListener("click", () => act(more, () => inTurn(loadNext)));
  return list;
}
