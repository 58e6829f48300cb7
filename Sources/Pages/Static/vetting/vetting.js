import { openDesk } from "./desk.js";
import { find } from "../shared/dom.js";
import { frame } from "../shared/frame.js";
import { learn } from "../shared/text.js";
import { jobWords } from "../shared/jobwords.js";
import { vettingWords } from "./words.js";

learn(jobWords);
learn(vettingWords);

const keys = [
  ["↓ J", "vetting.keys.next"],
  ["↑ K", "vetting.keys.previous"],
  ["A", "vetting.keys.approve"],
  ["1 … 9", "vetting.keys.reason"],
  ["R", "vetting.keys.reject"],
  ["Space", "vetting.keys.choose"],
  ["U", "vetting.keys.undo"],
];

function begin() {
  find("#main").append(find("#desk").content.cloneNode(true));
  return openDesk();
}

frame("vetting", begin, keys);
