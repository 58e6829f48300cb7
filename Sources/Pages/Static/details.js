/** The sheet with all that is known of one position. */

import { get } from "./api.js";
import { facts } from "./card.js";
import { complain, element, find, open, show } from "./page.js";
import { say } from "./text.js";

const dialog = find("#details");

/** `viewer` says what this viewer did with the position and can do: `applied`, `saved`, `apply()`, `save()`, `share()`. */
export async function showDetails(card, viewer) {
  render(card, viewer);
  if (!dialog.open) open(dialog);
  try {
    const position = await get(`/v1/positions/${card.position}`);
    if (dialog.open) render({ ...position, ...card }, viewer);
  } catch (problem) {
    complain(problem);
  }
}

function render(card, viewer) {
  const title = element("h2", { id: "details-title" }, say("watch.details"));
  const close = element("button", { class: "quiet", type: "button", "data-close": true }, say("close"));
  const rows = ["occupation", "duties", "conditions", "validThrough"].filter((name) => card[name]);
  const list = rows.flatMap((name) => [element("dt", {}, say(name)), element("dd", {}, card[name])]);
  show(find("#details-content"), element("header", {}, title, close), facts(card), element("dl", { class: "details" }, list), controls(card, viewer));
}

function controls(card, viewer) {
  const save = element("button", { type: "button", "aria-pressed": String(viewer.saved), onclick: () => toggle(card, viewer) }, say(viewer.saved ? "watch.saved" : "watch.save"));
  const share = element("button", { type: "button", onclick: viewer.share }, say("watch.share"));
  const apply = element("button", { class: "primary", type: "button", disabled: viewer.applied, onclick: () => (dialog.close(), viewer.apply()) });
  apply.textContent = say(viewer.applied ? "watch.applied" : "watch.apply");
  return element("p", { class: "controls" }, save, share, apply);
}

function toggle(card, viewer) {
  viewer.save();
  render(card, { ...viewer, saved: !viewer.saved });
  find("#details [aria-pressed]").focus();
}
