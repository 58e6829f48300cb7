import { element, find, show } from "../shared/dom.js";
import { frame } from "../shared/frame.js";
import { say } from "../shared/text.js";

function begin() {
  const render = () => show(find("#main"), element("h1", {}, say("nav.office")));
  render();
  return render;
}

frame("office", begin);
