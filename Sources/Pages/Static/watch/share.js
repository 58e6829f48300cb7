/** Handing a link to somebody else. */

import { announce } from "../shared/dom.js";
import { say } from "../shared/text.js";

/** Offers what the device has for it; where there is nothing, the link is copied, or shown where even that is refused. */
export async function share(title, url) {
  if (navigator.share) return navigator.share({ title, url }).catch(() => {});
  const text = `${title} ${url}`;
  announce((await isCopied(text)) ? say("watch.shared") : text);
}

/** `navigator.clipboard` exists only under HTTPS, and may be refused there. */
async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return isCopiedByCommand(text);
  }
}

/** Copies as pages did before there was a clipboard to write to: a selection, in the dialog that has the focus. */
function isCopiedByCommand(text) {
  const held = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "copied";
  (held.closest("dialog") ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  held.focus({ preventScroll: true });
  return isCopied;
}
