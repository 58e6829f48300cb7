/** The frame of the staff's pages: who one is, where one can go, help, language, and what is said to whoever may not be here. */

import { isViewer, signOut } from "./api.js";
import { absent, button, element, fill, find, show, worded } from "./dom.js";
import { expectHandedToken } from "./handed.js";
import { isOpen, places } from "./places.js";
import { open } from "./sheet.js";
import { known, signInAddress, watchSignIn } from "./signin.js";
import { staffWords } from "./staffwords.js";
import { learn, roles, say, switchLanguage } from "./text.js";

learn(staffWords);

/** As `me` gives it; undefined until it has. */
let identity;
let place = null;
let keys = [];
/** Draws the page's own content in the language that is spoken. */
let draw = () => {};

/**
 * Begins the staff's page `name` (of places.js) in a `<body class="framed">` that holds `<main id="main" tabindex="-1">`. Once it is known
 * that its reader has work to do here, `begin` builds the content, and gives what draws it anew in another language. What the page does by
 * keyboard are `pairs` of keys and the words for what they do, for the help.
 */
export async function frame(name, begin, pairs = []) {
  place = places.find((one) => one.name === name);
  keys = [["?", "keys.help"], ...pairs];
  build();
  document.addEventListener("languageswitched", render);
  try {
    identity = await known();
    render();
    expectHandedToken();
    if (!isOpen(place, identity)) return drawWith(refused);
    watchSignIn(identity);
    const drawn = await begin(identity);
    if (drawn) drawWith(drawn);
  } catch (problem) {
    giveUp(problem);
  }
}

/** Shows why the page's content can't be had in its place, in whatever language; what may pass can be tried again. */
export function giveUp(problem) {
  if (!("status" in problem)) console.error(problem);
  drawWith(() => absent("status" in problem ? problem.message : say("problem.unknown", { status: "–" }), Boolean(problem.isPassing)));
}

function drawWith(content) {
  draw = content;
  draw();
}

/** The window's title: what the page shows, if that has a name, and the page's own name. */
export const entitle = (...texts) => (document.title = [...texts, say(`nav.${place.name}`), "Jobcast"].filter(Boolean).join(" · "));

function render() {
  fill();
  entitle();
  if (identity !== undefined) show(find("#side"), who(), ["office", "live", "system"].map(group));
  draw();
}

function build() {
  const menu = worded(
    "button",
    "frame.menu",
    { id: "menu", class: "quiet", type: "button", "aria-expanded": "false", "aria-controls": "side" },
  );
  const help = worded("button", "frame.help", { id: "help-open", class: "quiet", type: "button", "aria-keyshortcuts": "?" });
  const language = worded(
    "button",
    "language.switch",
    { id: "language", class: "quiet", type: "button", "data-say-label": "language.switch.label" },
  );
  const logo = element("img", { src: "/static/favicon.svg", alt: "", width: 28, height: 28 });
  const brand = element(
    "a",
    { class: "brand", href: "/office", "data-say-label": "frame.home" },
    logo,
    element("b", {}, "Jobcast"),
    " ",
    worded("span", "frame.tagline"),
  );
  document.body.prepend(
    worded("a", "skip", { class: "skip", href: "#main" }),
    element("header", { class: "bar" }, menu, brand, find("#connection"), help, language),
    element("nav", { id: "side", "data-say-label": "frame.nav" }),
  );
  if (!find("#notices")) document.body.append(element("div", { id: "notices", role: "status", "aria-live": "polite" }));
  menu.addEventListener("click", () => unfold(menu.getAttribute("aria-expanded") !== "true"));
  help.addEventListener("click", showHelp);
  language.addEventListener("click", switchLanguage);
  document.addEventListener("keydown", onKey);
  fill();
}

/** Unfolds the way to other pages where there is no room for it beside the content, or folds it again. */
function unfold(isUnfolded) {
  find("#menu").setAttribute("aria-expanded", String(isUnfolded));
  if (isUnfolded) find("#side a")?.focus();
  else find("#menu").focus();
}

function onKey(event) {
  if (find("dialog[open]") || event.isComposing || event.defaultPrevented) return;
  if (event.key === "Escape" && find("#menu").getAttribute("aria-expanded") === "true") unfold(false);
  if (event.key !== "?" || event.target.matches("input, textarea, select")) return;
  event.preventDefault();
  showHelp();
}

/** Who the reader is, for which organisations, and the way out. */
function who() {
  if (isViewer(identity)) return element(
    "p",
    { class: "who" },
    element("a", { class: "button", href: signInAddress() }, say("frame.signin")),
  );
  const { subject, name, grants } = identity;
  const organisations = [...new Set(grants.map(({ organisation, organisationName }) => organisationName ?? organisation).filter(Boolean))];
  return element(
    "div",
    { class: "who" },
    element("b", {}, name ?? subject),
    element("span", { class: "soft" }, roles(grants)),
    organisations.length > 0 && element("span", { class: "soft" }, organisations.join(say("comma"))),
    element(
      "span",
      { class: "controls" },
      element("a", { href: "/me" }, say("nav.me")),
      button(say("frame.signout"), signOut, { class: "link", id: "signout" }),
    ),
  );
}

function group(name) {
  const open = places.filter((one) => one.group === name && isOpen(one, identity));
  const link = (one) => element("a", { href: `/${one.name}`, "aria-current": one === place && "page" }, say(`nav.${one.name}`));
  if (!open.length) return false;
  return element(
    "div",
    {},
    element("h2", { id: `side-${name}` }, say(`nav.group.${name}`)),
    element("ul", { "aria-labelledby": `side-${name}` }, open.map((one) => element("li", {}, link(one)))),
  );
}

/** Says to whoever has nothing to do here what to do instead: to sign in, or whom to ask. */
function refused() {
  const isNobody = isViewer(identity);
  const able = roles([...place.roles, "operator"].map((role) => ({ role })));
  const [title, note] = isNobody
    ? [say("refused.nobody"), say("refused.nobody.note")]
    : [say("refused.role", { page: say(`nav.${place.name}`) }), say("refused.role.note", { able, own: roles(identity.grants) })];
  const on = isNobody ? element("a", { class: "button primary", href: signInAddress() }, say("frame.signin")) : element(
    "a",
    { class: "button primary", href: "/office" },
    say("refused.office"),
  );
  const lobby = element("a", { class: "button", href: "/" }, say("watch.tolobby"));
  show(
    find("#main"),
    element(
      "section",
      { class: "panel lonely" },
      element("h1", {}, title),
      element("p", {}, note),
      element("p", { class: "controls" }, on, lobby),
    ),
  );
}

/** What can be done here, and by which keys. */
function showHelp() {
  const line = ([key, words]) => [element("dt", {}, key.split(" ").map((one) => element("kbd", {}, one))), element("dd", {}, say(words))];
  const dialog = element(
    "dialog",
    { class: "sheet", id: "help", "aria-labelledby": "help-title" },
    element("h2", { id: "help-title" }, say(`nav.${place.name}`)),
    say(`help.${place.name}`).split("\n").map((text) => element("p", {}, text)),
    element("h3", {}, say("help.keys")),
    element("dl", { class: "keys-list" }, keys.flatMap(line)),
    element("p", { class: "controls" }, element("button", { type: "button", "data-close": true, autofocus: true }, say("close"))),
  );
  document.body.append(dialog);
  open(dialog).then(() => dialog.remove());
}
