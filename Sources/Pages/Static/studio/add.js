/** The dialog that puts vetted jobs on the shelf. */

import { pages, post } from "../shared/api.js";
import { facts, matches } from "../shared/card.js";
import { act, announce, complain, element, empty, find, list, show } from "../shared/dom.js";
import { open } from "../shared/sheet.js";
import { reason } from "../shared/problems.js";
import { number, say } from "../shared/text.js";

/** The most jobs the server takes in one request. */
const most = 5_000;

export function adder(path, shelf) {
  const [dialog, search, form, send, error] = ["#adding", "#adding-search", "#adding-form", "#adding-send", "#adding-error"].map(find);
  let offered = [];
  const chosen = new Set();

  const found = () => offered.filter((card) => matches(card, search.value.trim()));

  function render() {
    list(find("#addable"), found(), row);
    for (const box of find("#addable").querySelectorAll("input")) box.checked = chosen.has(box.value);
    const why = offered.length ? say("search.none", { text: search.value.trim() }) : say("studio.add.none");
    show(find("#addable-empty"), !found().length && empty(why));
    send.textContent = say("studio.add.chosen", { count: number(chosen.size) });
    send.disabled = !chosen.size || chosen.size > most;
  }

  function row(card) {
    const box = element("input", { type: "checkbox", value: card.id, onchange: toggle });
    return element("li", {}, element("label", { class: "row" }, box, ...facts(card, "span")));
  }

  function toggle({ target }) {
    if (target.checked) chosen.add(target.value);
    else chosen.delete(target.value);
    render();
  }

  async function load() {
    const all = offered;
    for await (const some of pages("/v1/jobs?status=vetted&limit=200")) {
      all.push(...some.filter(({ id, openings }) => openings > 0 && !shelf.holds(id)));
      // The dialog was closed, or opened anew, which loads anew.
      if (!dialog.open || all !== offered) return;
      render();
    }
  }

  search.addEventListener("input", render);
  find("#adding-all").addEventListener("click", () => {
    const all = found().map(({ id }) => id);
    const isAllChosen = all.every((id) => chosen.has(id));
    for (const id of all) isAllChosen ? chosen.delete(id) : chosen.add(id);
    render();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(send, add);
  });

  async function add() {
    show(error);
    let skipped;
    try {
      ({ skipped } = await post(`${path}/shelf`, { jobs: [...chosen], mode: "showable" }));
    } catch (problem) {
      error.textContent = problem.message;
      return;
    }
    announce(say("studio.added", { count: number(chosen.size - skipped.length) }));
    if (skipped.length) tellSkipped(skipped);
    else dialog.close();
    await shelf.load();
  }

  /** Leaves what may not be shown in the dialog, with the reasons, and no longer chosen. */
  function tellSkipped(skipped) {
    const titles = new Map(offered.map(({ id, title }) => [id, title]));
    const line = ({ job, code, detail }) => element("li", {}, `${titles.get(job) ?? ""} · ${reason(code, detail)}`);
    offered = offered.filter(({ id }) => !chosen.has(id) || skipped.some(({ job }) => job === id));
    chosen.clear();
    render();
    show(error, say("studio.skipped", { count: number(skipped.length) }), element("ul", {}, skipped.map(line)));
  }

  return {
    open() {
      offered = [];
      chosen.clear();
      search.value = "";
      show(error);
      render();
      open(dialog);
      search.focus();
      load().catch(complain);
    },
  };
}
