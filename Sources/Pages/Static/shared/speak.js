/** The beginning of every page: its language, and what a link may hand over. */

import { expectHandedToken } from "./handed.js";
import { fill, find } from "./dom.js";
import { switchLanguage } from "./text.js";

/** Speaks the page's language now and whenever it is switched; `render` does for what scripts built what `fill` does for the HTML. */
export function speak(render) {
  fill();
  find("#language").addEventListener("click", switchLanguage);
  document.addEventListener("languageswitched", () => {
    fill();
    render();
  });
  expectHandedToken();
}
