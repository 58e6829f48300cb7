/** A sheet that asks for a few things before something is done. */

import { element, worded } from "./dom.js";
import { form } from "./form.js";
import { open } from "./sheet.js";

/**
 * Asks, under a title and perhaps a note, for `fields` (as for `form`), and does `work` with what was entered; a refusal is told there.
 * True once the work is done, false if the sheet was closed before.
 */
export async function ask({ id, title, note, fields, send, work, values }) {
  const dialog = element("dialog", { class: "sheet", id: `${id}-sheet`, "aria-labelledby": `${id}-heading` });
  const submit = async (entered) => {
    await work(entered);
    dialog.close("done");
  };
  const cancel = worded("button", "cancel", { type: "button", "data-close": true });
  const made = form({ id, fields, send, submit, quiet: [cancel] });
  dialog.append(element("h2", { id: `${id}-heading` }, title), ...(note ? [element("p", { class: "soft" }, note)] : []), made.node);
  document.body.append(dialog);
  made.fill(values ?? {});
  await open(dialog);
  dialog.remove();
  return dialog.returnValue === "done";
}

/** The field that asks why. */
export const reasonField = { name: "reason", words: "ask.reason", kind: "area", required: true, max: 500, rows: 3 };
