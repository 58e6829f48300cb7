/** Forms of the staff's pages: described by their fields, with what is wrong said at the field, whoever finds it. */

import { act, element, find, worded, write } from "./dom.js";
import { faultAtField } from "./problems.js";
import { number, say } from "./text.js";

/**
 * A form of `fields`, sent by a button with the words `send` and the `look` of a class. A field has a `name` (a path, as `pay/minimum`),
 * `words` for its label and, where it needs them, `kind` (text when left out, password, area, lines, number, date, datetime, choice,
 * checks, switch, part), `required`, `max` and `min`, `hint` (words), `options` (pairs of value and words, `{ value, text }`, or texts),
 * `suggestions` (texts) and attributes of its control in `more`. A field of the kind part is built by its `part`: the `node` in which it
 * is entered, its `value()`, undefined for nothing, `fill(value)`, and `fault()`, which gives words for what is wrong. Fields in a list of
 * their own stand beside each other; those of `{ group, fields }` fold together under the words `group`, until one of them is filled.
 * `submit` gets the values by their paths and may refuse with a problem.
 */
export function form({ id, fields, send, submit, quiet = [], look = "primary" }) {
  const all = fields.flatMap((one) => one.fields ?? one).flat();
  const error = element("p", { class: "error", role: "alert", id: `${id}-error` });
  const press = worded("button", send, { type: "submit", class: look });
  const pair = (some) => element("div", { class: "pair" }, some.map((each) => row(id, each)));
  const build = (one) => (Array.isArray(one) ? pair(one) : one.fields ? group(one) : row(id, one));
  const group = (one) => element("details", { class: "group" }, worded("summary", one.group), element("div", {}, one.fields.map(build)));
  const rows = fields.map(build);
  const node = element(
    "form",
    { id, class: "fields", novalidate: true },
    rows,
    error,
    element("div", { class: "controls send" }, press, quiet),
  );
  const fill = (facts) => fillIn(node, all, facts);
  const made = { node, values: () => values(node, all), fill, clear: () => fill({}), note, goTo };

  /** Says beside fields what is to be known of them: texts by the names of fields, all others are cleared. */
  function note(texts) {
    for (const { name } of all) write(node.querySelector(`#${id}-${slug(name)}-note`) ?? element("p"), texts.get(name) ?? "");
  }

  /** Brings a field to sight, and the keyboard to it. */
  function goTo(name) {
    const field = node.querySelector(`[data-field="${name}"]`);
    if (field.closest("details")) field.closest("details").open = true;
    (field.matches("fieldset") ? field.querySelector("input, select, button") : field).focus();
  }

  function complain(problem) {
    const lost = problem.errors.filter((fault) => !tell(node, id, fault.pointer?.slice(1), () => faultAtField(fault)));
    const marked = node.querySelector("[aria-invalid]");
    write(error, marked && !lost.length ? say("form.faults") : problem.message);
    marked?.focus();
  }

  async function work() {
    clear(node, error);
    for (const field of all) tell(node, id, field.name, missing(control(node, field.name), field));
    const marked = node.querySelector("[aria-invalid]");
    if (marked) {
      write(error, say("form.faults"));
      return marked.focus();
    }
    try {
      await submit(made.values());
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      complain(problem);
    }
  }

  node.addEventListener("submit", (event) => {
    event.preventDefault();
    act(press, work);
  });
  node.addEventListener("input", ({ target }) => settle(target));
  return made;
}

const control = (node, name) => node.elements.namedItem(name);
const slug = (name) => name.replaceAll("/", "-");

function row(form, field) {
  const { name, kind = "text", words, hint, required } = field;
  const id = `${form}-${slug(name)}`;
  const described = [hint && `${id}-hint`, `${id}-error`, `${id}-note`].filter(Boolean).join(" ");
  const attributes = { id, name, required, "aria-describedby": described, "data-field": name, ...field.more };
  const note = hint && worded("p", hint, { class: "soft", id: `${id}-hint` });
  const fault = [element("p", { class: "error", id: `${id}-error` }), element("p", { class: "field-note", id: `${id}-note` })];
  if (kind === "checks" || kind === "part") {
    const content = kind === "part" ? field.part.node : element("div", { class: "checks" }, boxes(field));
    return element("fieldset", { id, "data-field": name, "aria-describedby": described }, worded("legend", words), note, content, ...fault);
  }
  if (kind === "switch") {
    return element(
      "div",
      { class: "field" },
      element("label", { class: "check" }, element("input", { ...attributes, type: "checkbox" }), worded("span", words)),
      note,
      ...fault,
    );
  }
  const label = element("label", { for: id }, worded("span", words), required ? "" : worded("span", "form.optional", { class: "soft" }));
  return element("div", { class: "field" }, label, entry(field, attributes), note, ...fault);
}

function entry({ kind = "text", max, min, options, suggestions, rows = 4 }, attributes) {
  if (kind === "choice") return element("select", attributes, choices(attributes, options));
  if (kind === "area" || kind === "lines") return element("textarea", { rows, maxlength: max, ...attributes });
  if (kind === "password") return element("input", { type: "password", maxlength: max ?? 1_000, ...attributes });
  if (kind === "number") return element("input", { type: "number", inputmode: "numeric", step: 1, min, max, ...attributes });
  const moments = { date: "date", datetime: "datetime-local" };
  if (moments[kind]) return element("input", { type: moments[kind], min, max, ...attributes });
  const text = element("input", { type: "text", autocomplete: "off", maxlength: max, ...attributes });
  if (!suggestions) return text;
  text.setAttribute("list", `${attributes.id}-list`);
  return [text, element("datalist", { id: `${attributes.id}-list` }, suggestions.map((one) => element("option", {}, one)))];
}

/** A choice begins with none, which is one itself where nothing need be chosen. */
const choices = ({ required }, options) => [["", required ? "form.choose" : "form.unsaid"], ...options].map(option);

/** An option from a value and its words; a text is its own value. */
const option = (one) => (Array.isArray(one) ? worded("option", one[1], { value: one[0] }) : element(
  "option",
  { value: one.value ?? one },
  one.text ?? one,
));

const boxes = ({ name, options }) =>
  options.map((one) => {
    const [value, words] = Array.isArray(one) ? [one[0], worded("span", one[1])] : [one.value ?? one, element("span", {}, one.text ?? one)];
    return element("label", { class: "check" }, element("input", { type: "checkbox", name, value }), words);
  });

/** What is entered, by the paths of the fields; what is left empty is left out. */
function values(node, fields) {
  const entered = {};
  for (const field of fields) {
    const value = valueOf(node, field);
    if (value === undefined) continue;
    const steps = field.name.split("/");
    let place = entered;
    for (const step of steps.slice(0, -1)) place = place[step] ??= {};
    place[steps.at(-1)] = value;
  }
  return entered;
}

function valueOf(node, { name, kind = "text", part }) {
  if (kind === "part") return part.value();
  const data = new FormData(node);
  if (kind === "checks") return data.getAll(name).length ? data.getAll(name) : undefined;
  if (kind === "switch") return control(node, name).checked || undefined;
  if (kind === "password") return data.get(name) || undefined;
  const text = (data.get(name) ?? "").trim();
  if (text === "") return undefined;
  if (kind === "number") return Number(text);
  if (kind === "datetime") return new Date(text).toISOString();
  if (kind === "lines") return text.split("\n").map((line) => line.trim()).filter(Boolean);
  return text;
}

function fillIn(node, fields, facts) {
  for (const { name, kind = "text", part } of fields) {
    const value = name.split("/").reduce((place, step) => place?.[step], facts);
    if (kind === "part") part.fill(value);
    else if (kind === "checks") tick(node.querySelectorAll(`[name="${name}"]`), value ?? []);
    else if (kind === "switch") control(node, name).checked = Boolean(value);
    else if (kind === "datetime") control(node, name).value = value ? localTime(new Date(value)) : "";
    else control(node, name).value = kind === "lines" ? (value ?? []).join("\n") : (value ?? "");
  }
  for (const group of node.querySelectorAll("details")) group.open = isFilled(group);
}

function tick(boxes, values) {
  for (const box of boxes) box.checked = values.includes(box.value);
}

const isFilled = (group) =>
  Array.from(group.querySelectorAll("[name]")).some(({ type, checked, value }) => (type === "checkbox" ? checked : value));

/** A moment as a field of the kind datetime holds it, in the reader's time zone. */
export const localTime = (date) => new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** What can be seen to be missing or wrong without asking the server; in words, or undefined. */
function missing(field, { kind, required, min, max, part }) {
  if (kind === "part") return part.fault();
  if (kind === "checks" || !field?.validity || field.validity.valid) return undefined;
  if (field.validity.valueMissing && required) return () => say("form.missing");
  if (field.validity.rangeUnderflow) return () => say("form.least", { value: kind === "number" ? number(min) : min });
  if (field.validity.rangeOverflow) return () => say("form.most", { value: kind === "number" ? number(max) : max });
  if (field.validity.tooShort) return () => say("form.short", { value: number(field.minLength) });
  return () => say("form.invalid");
}

/** Says at a field what is wrong with it; false where there is no such field. A fault of an item is said at its list. */
function tell(node, form, name, words) {
  if (!name || !words) return false;
  const steps = name.split("/");
  const paths = steps.map((_, index) => steps.slice(0, steps.length - index).join("/"));
  const path = paths.find((path) => node.querySelector(`[data-field="${path}"]`));
  if (!path) return false;
  const field = node.querySelector(`[data-field="${path}"]`);
  field.setAttribute("aria-invalid", "true");
  if (field.matches("fieldset")) field.tabIndex = -1;
  if (field.closest("details")) field.closest("details").open = true;
  const told = node.querySelector(`#${form}-${slug(path)}-error`);
  write(told, [told.textContent, words()].filter(Boolean).join("\n"));
  return true;
}

/** Nothing is known to be wrong with a field that is being changed. */
function settle(target) {
  const field = target.closest("[data-field]");
  if (!field?.hasAttribute("aria-invalid")) return;
  field.removeAttribute("aria-invalid");
  write(find(`#${field.id}-error`), "");
}

function clear(node, error) {
  for (const field of node.querySelectorAll("[aria-invalid]")) settle(field);
  write(error, "");
}
