/** A button that chooses a file, in the page's language; a browser's own speaks the browser's. */

import { element, worded, write } from "./dom.js";
import { say } from "./text.js";

/**
 * Builds the button with the words `words` for an input of the kind file with these `attributes`; beside it stands what has been chosen.
 * `changed` is called with the file, or undefined, whenever that is another.
 */
export function fileButton(words, attributes, changed = () => {}) {
  const name = element("span", { class: "soft", id: `${attributes.id}-name` });
  const told = [attributes["aria-describedby"], name.id].filter(Boolean).join(" ");
  const input = element("input", { ...attributes, type: "file", class: "unseen", "aria-describedby": told });
  const render = () => write(name, input.files[0]?.name ?? say("file.none"));
  input.addEventListener("change", () => {
    render();
    changed(input.files[0]);
  });
  render();
  const node = element("div", { class: "file" }, input, worded("label", words, { class: "button", for: attributes.id }), name);
  return { node, input, render };
}
