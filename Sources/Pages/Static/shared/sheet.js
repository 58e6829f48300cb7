/** Dialogs. Going back in the history closes the one that is open, as people on a phone expect, and leaves the page only then. */

import { element } from "./dom.js";

/** Whether a step back is under way that a closed dialog asked for. */
let isLeaving = false;

const sheets = () => document.querySelectorAll("dialog[open]");
const mark = () => history.pushState({ sheet: true }, "");

/**
 * Opens a dialog whose buttons marked `data-close`, whose backdrop and whose Esc key close it. The promise is kept once it is
 * closed and the history is as it was before.
 */
export function open(dialog) {
  dialog.onclick = ({ target }) => (target === dialog || target.closest("[data-close]")) && dialog.close();
  // What lies outside a modal dialog is neither seen nor read aloud: notices need a place in it.
  if (!dialog.querySelector(".notices")) dialog.append(element("div", { class: "notices", role: "status", "aria-live": "polite" }));
  dialog.showModal();
  if (!history.state?.sheet) mark();
  return new Promise((resume) => dialog.addEventListener("close", () => resume(leave()), { once: true }));
}

/** Takes back the step that the last dialog's opening added to the history. */
async function leave() {
  if (sheets().length || !history.state?.sheet) return;
  isLeaving = true;
  history.back();
  await new Promise((resume) => addEventListener("popstate", resume, { once: true }));
}

addEventListener("popstate", () => {
  const wasLeaving = isLeaving;
  isLeaving = false;
  if (!wasLeaving) for (const dialog of sheets()) dialog.close();
  else if (sheets().length) mark();
});

// A page that was reloaded with a dialog open has its step still in the history, but no dialog.
leave();
