/** The sheet with all that is known of one job. */

import { get } from "../shared/api.js";
import { facts } from "../shared/card.js";
import { button, complain, element, find, show } from "../shared/dom.js";
import { open } from "../shared/sheet.js";
import { occupation, termList } from "../shared/job.js";
import { say } from "../shared/text.js";

const dialog = find("#details");

/** The job whose details are wanted; an answer about another comes too late. */
let wanted = null;

/** `viewer` says what this viewer did with the job and can do: `applied`, `saved`, `apply()`, `save()`, `share()`. */
export async function showDetails(card, viewer) {
  wanted = card.job;
  render(card, viewer);
  if (!dialog.open) open(dialog);
  try {
    const job = await get(`/v1/jobs/${card.job}`);
    if (dialog.open && wanted === card.job) render({ ...job, ...card }, viewer);
  } catch (problem) {
    complain(problem);
  }
}

function render(card, viewer) {
  const title = element("h2", { id: "details-title" }, say("watch.details"));
  const close = button(say("close"), () => dialog.close(), { class: "quiet" });
  const told = { ...card, occupation: occupation(card), source: card.source?.name && say("source.from", card.source) };
  const rows = ["occupation", "duties", "conditions", "validThrough", "source"].filter((name) => told[name]);
  const list = rows.flatMap((name) => [element("dt", {}, say(`job.${name}`)), element("dd", {}, told[name])]);
  const content = [element("div", { class: "head" }, title, close), facts(card), termList(card), element("dl", { class: "details" }, list)];
  show(find("#details-content"), content.flat(), controls(card, viewer));
}

function controls(card, viewer) {
  const save = say(viewer.saved ? "watch.saved" : "watch.save");
  const apply = say(viewer.applied ? "watch.applied" : "watch.apply");
  return element(
    "p",
    { class: "controls" },
    button(save, () => toggle(card, viewer), { "aria-pressed": String(viewer.saved) }),
    button(say("watch.share"), viewer.share),
    button(apply, () => applyInstead(viewer), { class: "apply primary", disabled: viewer.applied }),
  );
}

function applyInstead(viewer) {
  dialog.close();
  viewer.apply();
}

function toggle(card, viewer) {
  viewer.save();
  render(card, { ...viewer, saved: !viewer.saved });
  find("#details [aria-pressed]").focus();
}
