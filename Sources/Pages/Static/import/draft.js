/** An import: how far it is, what it holds, how it is understood, what is wrong, and what came of it. */

import { fetchFile, get, holds, post, remove } from "../shared/api.js";
import { button, complain, element, find, show } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { saved } from "../shared/save.js";
import { moment, number, say } from "../shared/text.js";
import { matchingForm } from "./matching.js";
import { rowsTable } from "./rows.js";

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
    const about = [origin(draft), say("import.expires", { time: moment(draft.expiresAt) })];
    show(
      find("#main"),
      element(
        "header",
        { class: "page-head" },
        element("h1", {}, draft.name),
        element(
          "div",
          { class: "controls" },
          draft.state === "ready" && button(say("import.discard"), discard, { id: "discard" }),
          element("a", { href: "/import", class: "button" }, say("import.another")),
        ),
      ),
      element("p", { class: "soft" }, about.filter(Boolean).join(" · ")),
      otherSheets(draft),
      draft.state === "posted" ? posted() : draft.columns ? outcome() : waiting(),
      form?.node,
      rows?.node,
    );
    form?.render();
    rows?.render();
  }

  function waiting() {
    const words = say(`import.progress.${draft.state}`, { count: number(draft.done) });
    return element(
      "section",
      { class: "panel" },
      element("p", { role: "status", id: "progress-note" }, words),
      element("progress", { "aria-labelledby": "progress-note" }),
      element("p", { class: "soft" }, say("import.waiting")),
    );
  }

  function tally() {
    const { good, faulty, repeated, known, beside, flagged } = draft.counts;
    const parts = { good, faulty, repeated, known, beside, flagged };
    const shown = Object.entries(parts).filter(([name, count]) => count || name === "good" || name === "faulty");
    const figure = ([name, count]) =>
      element("div", { "data-status": name }, element("dt", {}, say(`import.count.${name}`)), element("dd", {}, number(count)));
    return element("dl", { class: "tally", id: "tally" }, shown.map(figure));
  }

  /** What is to be done before the jobs can be posted, and the button that posts them. */
  function outcome() {
    const undecided = draft.columns.filter(({ use }) => use === "undecided").length;
    const { good, faulty } = draft.counts;
    const hints = [
      undecided > 0 && say("import.hint.undecided", { count: undecided }),
      draft.missing.length > 0 && say("import.hint.missing"),
      faulty > 0 && say("import.hint.faulty", { count: number(faulty) }),
    ].filter(Boolean);
    const words = say(faulty ? "import.commit.good" : "import.commit.all", { count: number(good) });
    const commit = button(words, postAll, { class: "primary", id: "commit", disabled: good === 0 || undecided > 0 });
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

  /** Posts the good rows, all of them, and shows what came of it. */
  async function postAll() {
    take(await post(`/v1/imports/${draft.id}/commit`, { rows: draft.counts.faulty ? "good" : "all" }));
    find("#outcome").focus();
  }

  async function discard() {
    await remove(`/v1/imports/${draft.id}`);
    location.assign("/import");
  }

  function posted() {
    const links = [
      holds("reviewer") && element("a", { class: "button primary", href: "/vetting" }, say("import.tovetting")),
      element("a", { class: "button primary", href: "/jobs" }, say("import.tojobs")),
      holds("host") && element("a", { class: "button", href: "/sessions?new" }, say("import.toplan")),
    ];
    return element(
      "section",
      { class: "panel", "aria-labelledby": "outcome" },
      element("h2", { id: "outcome", tabindex: -1 }, say("import.done", { count: number(draft.result.posted) })),
      element("p", {}, say("import.done.note")),
      tally(),
      element("div", { class: "controls" }, links, draft.counts.faulty > 0 && corrections("faulty")),
    );
  }

  function corrections(which) {
    const language = document.documentElement.lang === "en" ? "en" : "zh";
    const address = `/v1/imports/${draft.id}/corrections?rows=${which}&language=${language}`;
    const fetch = async () => saved(await fetchFile(address), say("import.corrections.name", { name: draft.name.replace(/\.\w+$/, "") }));
    return button(say("import.corrections"), fetch, { id: "corrections" });
  }

  take(draft);
  return render;
}

function origin({ source }) {
  if (!source) return "";
  return source.sheet ? say("import.source.sheet", { sheet: source.sheet }) : say("import.source.text", { encoding: source.encoding });
}

/** The way to the other sheets of the workbook, each an import of its own. */
function otherSheets({ source }) {
  const others = source?.sheets?.filter((name) => name !== source.sheet) ?? [];
  const link = (name) => element("a", { class: "button small", href: `/import?${new URLSearchParams({ sheet: name })}` }, name);
  if (!others.length) return false;
  return element("p", { class: "controls others" }, element("span", {}, say("import.source.others")), others.map(link));
}
