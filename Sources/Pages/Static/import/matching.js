/** What the columns of a table are: a choice for each, with cells to go by, and what holds for all rows. */

import { put } from "../shared/api.js";
import { button, element, show } from "../shared/dom.js";
import { locale, say } from "../shared/text.js";
import { columnNames } from "./columns.js";

export const columnName = (column) => columnNames[column]?.[locale() === "en" ? 1 : 0] ?? column;

/** Columns that can be said once for all rows. */
const constant = [
  "company", "title", "occupation", "duties", "conditions", "place", "region", "pay", "payMinimum", "payMaximum", "payUnit", "openings",
  "validThrough", "source", "terms",
];

/** `changed` takes the import as it is afterwards. */
export function matchingForm(draft, changed) {
  const uses = draft.columns.map(({ use }) => use);
  const filled = new Set(draft.columns.flatMap(({ isFilled }, place) => (isFilled ? [place] : [])));
  const constants = { ...draft.constants };
  const isOpen = uses.includes("undecided") || draft.missing.length > 0;
  const node = element("details", { class: "panel matching", id: "matching", open: isOpen });

  async function check(header) {
    const said = Object.fromEntries(Object.entries(constants).filter(([, text]) => text.trim()));
    const body = header ? { header, constants: said } : { header: draft.header, columns: uses, filled: [...filled], constants: said };
    changed(await put(`/v1/imports/${draft.id}/matching`, body));
  }

  function decide(select, place) {
    uses[place] = select.value;
    if (select.value !== "undecided") select.removeAttribute("aria-invalid");
  }

  const keep = ({ checked }, place) => (checked ? filled.add(place) : filled.delete(place));

  function choice({ label, samples }, place) {
    const id = `use-${place}`;
    const option = (value, words) => element("option", { value, selected: uses[place] === value }, words);
    const select = element(
      "select",
      { id, "aria-invalid": uses[place] === "undecided" && "true", onchange: ({ target }) => decide(target, place) },
      option("undecided", say("import.use.undecided")),
      option("ignored", say("import.use.ignored")),
      Object.keys(columnNames).map((column) => option(column, columnName(column))),
    );
    const fill = element("input", { type: "checkbox", checked: filled.has(place), onchange: ({ target }) => keep(target, place) });
    return element(
      "li",
      {},
      element("label", { for: id }, label || say("import.unnamed", { place: place + 1 })),
      element("span", { class: "soft" }, samples.join(" / ")),
      select,
      element("label", { class: "check" }, fill, say("import.fill")),
    );
  }

  function constantField(column) {
    const id = `constant-${column}`;
    const type = column === "validThrough" ? "date" : "text";
    const take = ({ target }) => (constants[column] = target.value);
    const input = element("input", { id, type, value: constants[column] ?? "", oninput: take });
    const needed = draft.missing.includes(column) && element("span", { class: "flame" }, ` ${say("import.needed")}`);
    return element("div", { class: "field" }, element("label", { for: id }, columnName(column), needed), input);
  }

  function headerFields() {
    const { first, last } = draft.header;
    const field = (name, value) => element("input", { id: `header-${name}`, type: "number", min: 1, max: 1048576, value });
    const [from, to] = [field("first", first), field("last", last)];
    const again = () => check({ first: Number(from.value), last: Math.max(Number(from.value), Number(to.value)) });
    return element(
      "div",
      { class: "controls header-rows" },
      element("label", { for: "header-first" }, say("import.header.first")),
      from,
      element("label", { for: "header-last" }, say("import.header.last")),
      to,
      button(say("import.header.move"), again, { class: "small" }),
    );
  }

  function render() {
    const isSaid = (column) => uses.includes(column) || (column === "company" && uses.includes("uscc"));
    const others = constant.filter((column) => !draft.missing.includes(column) && !isSaid(column));
    const asked = [...draft.missing.filter((column) => constant.includes(column)), ...others];
    show(
      node,
      element("summary", {}, say("import.matching")),
      element("p", { class: "soft" }, say("import.matching.note")),
      headerFields(),
      element("ol", { class: "uses" }, draft.columns.map(choice)),
      element("h3", {}, say("import.constants")),
      element("p", { class: "soft" }, say("import.constants.note")),
      element("div", { class: "constants" }, asked.map(constantField)),
      element("p", { class: "controls" }, button(say("import.check"), () => check(), { class: "primary", id: "check" })),
    );
  }

  return { node, render };
}
