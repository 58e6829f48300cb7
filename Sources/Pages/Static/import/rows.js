/** The rows of an import, a page at a time, with what is wrong at the cell where it is. */

import { readPage } from "../shared/api.js";
import { act, button, complain, element, show } from "../shared/dom.js";
import { faultInChinese } from "../shared/problems.js";
import { locale, number, pay, say } from "../shared/text.js";
import { columnName } from "./matching.js";

const size = 50;
const statuses = ["", "faulty", "good", "repeated", "known", "beside"];

export function rowsTable(draft) {
  let status = draft.counts.faulty ? "faulty" : "";
  /** The addresses of the pages up to the one that is shown. */
  let way = [];
  let items = [];
  let next = null;
  const node = element("section", { class: "panel", "aria-labelledby": "rows-title", id: "rows" });
  const first = () => `/v1/imports/${draft.id}/rows?limit=${size}${status ? `&status=${status}` : ""}`;

  async function turn(addresses) {
    const page = await readPage(addresses.at(-1));
    way = addresses;
    ({ items, next } = page);
    render();
  }

  function render() {
    const turnTo = ({ target }) => act(target, () => choose(target.value));
    const filter = element("select", { id: "rows-status", onchange: turnTo }, statuses.map(option));
    show(
      node,
      element("h2", { id: "rows-title" }, say("import.rows")),
      element("div", { class: "field rows-filter" }, element("label", { for: "rows-status" }, say("import.rows.filter")), filter),
      items.length ? table() : element("p", { class: "empty" }, say("import.rows.none")),
      element(
        "div",
        { class: "controls" },
        button(say("import.rows.back"), () => turn(way.slice(0, -1)), { id: "rows-back", disabled: way.length < 2 }),
        button(say("import.rows.next"), () => turn([...way, next]), { id: "rows-next", disabled: !next }),
      ),
    );
  }

  function choose(value) {
    status = value;
    return turn([first()]);
  }

  function option(value) {
    const words = value ? `${say(`import.count.${value}`)} (${number(draft.counts[value])})` : say("import.rows.all");
    return element("option", { value, selected: value === status }, words);
  }

  function table() {
    const name = ({ label, use }) => label || (use === "ignored" ? "" : columnName(use));
    const head = draft.columns.map((column) => element("th", { scope: "col" }, name(column)));
    const first = ["line", "found"].map((name) => element("th", { scope: "col" }, say(`import.rows.${name}`)));
    return element(
      "div",
      { class: "sheetrows", tabindex: 0, role: "region", "aria-labelledby": "rows-title" },
      element("table", {}, element("thead", {}, element("tr", {}, first, head)), element("tbody", {}, items.map(line))),
    );
  }

  function line(row) {
    const faults = row.faults ?? [];
    const cells = draft.columns.map((_, place) => {
      const wrong = faults.filter((fault) => fault.place === place);
      const told = wrong.map((fault) => element("span", { class: "fault" }, words(fault)));
      return element("td", { class: wrong.length > 0 && "wrong" }, row.cells[place] ?? "", told);
    });
    const start = [element("th", { scope: "row" }, number(row.number)), element("td", { class: "found" }, found(row, faults))];
    return element("tr", { "data-status": row.status }, start, cells);
  }

  /** What is wrong with no cell, or how the row is understood. */
  function found(row, faults) {
    const told = (fault) => element("span", { class: "fault" }, `${columnName(fault.column)}${say("import.colon")}${words(fault)}`);
    const elsewhere = faults.filter(({ place }) => place === undefined).map(told);
    const finding = ({ severity, en, zh }) =>
      element("span", { class: severity === "block" ? "fault" : "soft" }, locale() === "en" ? en : zh);
    const findings = (row.findings ?? []).map(finding);
    if (row.status === "repeated") return say("import.repeats", { line: number(row.repeats) });
    if (row.status === "good") return [element("span", { class: "soft" }, summary(row.posting)), ...findings];
    if (row.status === "faulty") return [say("import.rows.faulty", { columns: columnsOf(faults) }), ...elsewhere];
    return say(`import.count.${row.status}`);
  }

  turn([first()]).catch(complain);
  return { node, render };
}

const summary = ({ title, pay: paid, openings, validThrough }) =>
  [title, pay(paid), say("openings", { count: number(openings) }), validThrough].join(" · ");

/** In which columns faults are, which may stand beyond the edge of the window. */
const columnsOf = (faults) => [...new Set(faults.map(({ column }) => columnName(column)))].join(say("comma"));

const words = ({ code, values, detail }) => (locale() === "en" ? detail : (faultInChinese(code, values) ?? say("import.unclear")));
