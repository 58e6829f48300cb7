/** An import: how far it is, what it holds, how it is understood, what is wrong, and what came of it. */

import { fetchFile, get, post } from "../shared/api.js";
import { button, complain, element, find, show } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { moment, number, say } from "../shared/text.js";
import { matchingForm } from "./matching.js";
import { rowsTable } from "./rows.js";
import { saved } from "./save.js";

/** Milliseconds between two questions how far the server is. */
const pulse = 700;

export function openImport(draft) {
  let rows = null;
  let form = null;

  function take(next) {
    draft = next;
    rows = draft.columns ? rowsTable(draft) : null;
    form = draft.columns && draft.state === "ready" ? matchingForm(draft, take) : null;
    render();
    if (draft.state === "reading" || draft.state === "checking") wait();
  }

  async function wait() {
    await new Promise((resume) => setTimeout(resume, pulse));
    try {
      const next = await get(`/v1/imports/${draft.id}`);
      if (next.state === draft.state && !draft.columns) {
        draft = next;
        render();
        return wait();
      }
      take(next);
    } catch (problem) {
      complain(problem);
    }
  }

  function render() {
    entitle(draft.name);
    show(
      find("#main"),
      element("header", { class: "page-head" }, element("h1", {}, draft.name), element("a", { href: "/import", class: "button" }, say("import.another"))),
      element("p", { class: "soft" }, [origin(draft), say("import.expires", { time: moment(draft.expiresAt) })].filter(Boolean).join(" · ")),
      draft.state === "posted" ? posted() : draft.columns ? outcome() : waiting(),
      form?.node,
      rows?.node,
    );
    form?.render();
    rows?.render();
  }

  function waiting() {
    const words = say(`import.progress.${draft.state}`, { count: number(draft.done) });
    return element("section", { class: "panel" }, element("p", { role: "status", id: "progress-note" }, words), element("progress", { "aria-labelledby": "progress-note" }), element("p", { class: "soft" }, say("import.waiting")));
  }

  function tally() {
    const { good, faulty, repeated, known, beside, flagged } = draft.counts;
    const parts = { good, faulty, repeated, known, beside, flagged };
    const shown = Object.entries(parts).filter(([name, count]) => count || name === "good" || name === "faulty");
    return element("dl", { class: "tally", id: "tally" }, shown.map(([name, count]) => element("div", { "data-status": name }, element("dt", {}, say(`import.count.${name}`)), element("dd", {}, number(count)))));
  }

  /** What is to be done before the jobs can be posted, and the button that posts them. */
  function outcome() {
    const undecided = draft.columns.filter(({ use }) => use === "undecided").length;
    const { good, faulty } = draft.counts;
    const hints = [undecided > 0 && say("import.hint.undecided", { count: undecided }), draft.missing.length > 0 && say("import.hint.missing"), faulty > 0 && say("import.hint.faulty", { count: number(faulty) })].filter(Boolean);
    const press = faulty ? say("import.commit.good", { count: number(good) }) : say("import.commit.all", { count: number(good) });
    const commit = button(press, async () => take(await post(`/v1/imports/${draft.id}/commit`, { rows: faulty ? "good" : "all" })), { class: "primary", id: "commit", disabled: good === 0 || undecided > 0 });
    return element(
      "section",
      { class: "panel", "aria-labelledby": "outcome" },
      element("h2", { id: "outcome" }, say("import.outcome")),
      tally(),
      hints.length > 0 && element("ul", { class: "hints" }, hints.map((hint) => element("li", {}, hint))),
      element("div", { class: "controls" }, commit, faulty > 0 && corrections("all")),
      faulty > 0 && element("p", { class: "soft" }, say("import.corrections.note")),
    );
  }

  function posted() {
    const links = [element("a", { class: "button primary", href: "/vetting" }, say("import.tovetting")), element("a", { class: "button", href: "/jobs" }, say("import.tojobs"))];
    return element(
      "section",
      { class: "panel", "aria-labelledby": "outcome" },
      element("h2", { id: "outcome", role: "status" }, say("import.done", { count: number(draft.result.posted) })),
      element("p", {}, say("import.done.note")),
      tally(),
      element("div", { class: "controls" }, links, draft.counts.faulty > 0 && corrections("faulty")),
    );
  }

  function corrections(which) {
    const language = document.documentElement.lang === "en" ? "en" : "zh";
    const fetch = async () => saved(await fetchFile(`/v1/imports/${draft.id}/corrections?rows=${which}&language=${language}`), say("import.corrections.name", { name: draft.name.replace(/\.\w+$/, "") }));
    return button(say("import.corrections"), fetch, { id: "corrections" });
  }

  take(draft);
  return render;
}

function origin({ source }) {
  if (!source) return "";
  if (source.sheet) return say("import.source.sheet", { sheet: source.sheet }) + (source.sheets.length > 1 ? say("import.source.others", { sheets: source.sheets.filter((name) => name !== source.sheet).join(say("comma")) }) : "");
  return say("import.source.text", { encoding: source.encoding });
}
