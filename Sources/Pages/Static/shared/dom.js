/** What every page shares: building elements, saying things, switching the language. */

import { identifier } from "./api.js";
import { locale, say } from "./text.js";

export const find = (selector) => document.querySelector(selector);

/** An element with attributes; an attribute that starts with `on` is a listener, one that is false or absent is left out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An element whose words follow the language by themselves. */
export const worded = (tag, words, attributes = {}) => element(tag, { ...attributes, "data-say": words }, say(words));

/** Replaces what stands in a node; `false`, `null` and `undefined` stand for nothing. */
export const show = (node, ...children) => keepingFocus(node, () => node.replaceChildren(...children.flat(2).filter(Boolean)));

const controls = "a[href], button, input, select, textarea";

/** What in a node, itself included, can have the focus. */
const focusable = (node) =>
  [node, ...node.querySelectorAll(controls)].filter((one) => one.matches(controls) && !one.disabled && one.checkVisibility());

const name = (control) => control.id || control.dataset.job || control.getAttribute("aria-label") || control.textContent;

/** The name of the control whose focus was given to the part of the page around it, where it may come back: one card follows another. */
let missed = null;

/**
 * Does what replaces parts of a node. A focus that this takes away goes to the same control made anew, else to what `heir` gives
 * for the place among the node's children where it was, else to the part of the page around, until the control comes back.
 */
function keepingFocus(node, work, heir = () => undefined) {
  const held = document.activeElement;
  const isMissed = missed !== null && held === home(node);
  const place = Array.from(node.children).findIndex((child) => child.contains(held));
  if (place < 0 && !isMissed) return work();
  const known = isMissed ? missed : name(held);
  work();
  if (!isMissed && held.isConnected && !held.disabled) return;
  const same = focusable(node).find((control) => name(control) === known);
  const next = same ?? (place < 0 ? undefined : heir(place)) ?? home(node);
  missed = next === home(node) ? known : null;
  next.focus({ preventScroll: true });
}

/** The part of the page that a node stands in, able to have the focus. */
function home(node) {
  const part = node.closest("section, dialog, main") ?? find("#main");
  part.tabIndex = -1;
  return part;
}

/** A function that renders a part of the page, made to do nothing while the facts it is given (and the language) stay the same. */
export function memo(render) {
  let shown;
  return (...facts) => {
    const next = locale() + JSON.stringify(facts);
    if (next === shown) return;
    shown = next;
    render(...facts);
  };
}

const facts = new WeakMap();

/** Shows in a node what `build` gives, which is built anew only when the facts it is about, or the language, are others. */
export function showAbout(node, about, build) {
  const next = locale() + JSON.stringify(about);
  if (facts.get(node) === next) return;
  facts.set(node, next);
  show(node, build());
}

/** Milliseconds over which a room's viewers spread the requests that one frame makes all of them send. */
const spread = 3_000;

/** A function that does its work once, at a moment of its own choosing, however often it is called until then. */
export function soon(work) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      work().catch(complain);
    }, Math.random() * spread);
  };
}

const built = new WeakMap();

/** Shows one element per item, and leaves those of unchanged items alone, so that they keep focus, place and half-written text. */
export function list(node, items, build) {
  const standing = new Map(Array.from(node.children, (child) => [built.get(child), child]));
  const wanted = items.map((item) => {
    const facts = locale() + JSON.stringify(item);
    const child = standing.get(facts) ?? build(item);
    built.set(child, facts);
    return child;
  });
  const kept = new Set(wanted);
  const place = () => {
    for (const child of standing.values()) if (!kept.has(child)) child.remove();
    wanted.forEach((child, index) => child === node.children[index] || node.insertBefore(child, node.children[index] ?? null));
  };
  keepingFocus(node, place, (row) => wanted.slice(row).flatMap(focusable)[0] ?? wanted.flatMap(focusable).at(-1));
}

/** A text written only when it differs, so that nothing is laid out or read aloud again for nothing. */
export function write(node, text) {
  if (node.textContent !== String(text)) node.textContent = text;
}

/** Says what has just happened, on screen for a few seconds and to a screen reader; in the dialog that is open, if one is. */
export function announce(text, kind = "done") {
  const notices = Array.from(document.querySelectorAll("dialog[open] .notices")).at(-1) ?? find("#notices");
  notices.replaceChildren(element("p", { class: `notice ${kind}` }, text));
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => notices.replaceChildren(), 6_000);
}

/** Does what a press asks for, once at a time, and says where it was pressed what went wrong. */
export async function act(control, work) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (problem) {
    complain(problem);
  } finally {
    control.removeAttribute("aria-busy");
  }
}

/** Presses a button that stays pressed until it is pressed again; true if it is pressed now. */
export function pressed(button) {
  const isPressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(isPressed));
  return isPressed;
}

/** A button that does something when it is pressed, once at a time; `attributes` as for `element`. */
export function button(words, press, attributes = {}) {
  const control = element("button", { type: "button", ...attributes, onclick: () => act(control, () => press(control)) }, words);
  return control;
}

export function complain(problem) {
  if (!("status" in problem)) console.error(problem);
  announce("status" in problem ? problem.message : say("problem.unknown", { status: "–" }), "failed");
}

/** Fills a place that shows either a list or why there is none. */
export const empty = (text) => element("p", { class: "empty" }, text);

/** The session this page is about, from its address: undefined if it names none, null if what it names can't be one. */
export const session = identifier("session");

/** Shows why there is nothing to see in place of the page's content, and the way on: to try again if that is `passing`, else the lobby. */
export function absent(reason, passing = false) {
  const toLobby = element("a", { class: "button primary", href: "/" }, say("watch.tolobby"));
  const again = button(say("retry"), () => location.reload(), { class: "primary" });
  show(find("#main"), element("section", { class: "panel lonely" }, element("h1", {}, reason), passing ? again : toLobby));
  // Where the skip link leads to, and what the connection would be to, are gone.
  for (const node of document.querySelectorAll(".skip, #connection")) node.hidden = true;
}

/** Puts the words of the page's language where the HTML asks for them. */
export function fill() {
  document.documentElement.lang = locale();
  for (const node of document.querySelectorAll("[data-say]")) write(node, say(node.dataset.say));
  for (const node of document.querySelectorAll("[data-say-label]")) node.setAttribute("aria-label", say(node.dataset.sayLabel));
  for (const node of document.querySelectorAll("[data-say-hint]")) node.setAttribute("placeholder", say(node.dataset.sayHint));
}
