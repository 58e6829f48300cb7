import { identifier } from "../shared/api.js";
import { frame } from "../shared/frame.js";
import { receivedWords } from "../shared/receivedwords.js";
import { submissionWords } from "../shared/submissionwords.js";
import { learn } from "../shared/text.js";
import { openList } from "./list.js";
import { openSubmission } from "./one.js";
import { deskWords } from "./words.js";

learn(submissionWords);
learn(receivedWords);
learn(deskWords);

const listKeys = [
  ["↓ J", "keys.list.next"],
  ["↑ K", "keys.list.previous"],
  ["Enter", "keys.list.open"],
  ["1 … 9", "keys.list.tab"],
];
const oneKeys = [
  ["J", "keys.one.next"],
  ["K", "keys.one.previous"],
  ["V", "desk.view"],
  ["C", "desk.contact"],
  ["I", "desk.interview"],
  ["O", "desk.offer"],
  ["H", "desk.hire"],
  ["R", "desk.reject"],
  ["N", "desk.note"],
  ["B", "keys.one.back"],
];

/** The list of what was received, or one of it, as the address says. */
const submission = identifier("submission");
if (submission === undefined) frame("desk", openList, listKeys);
else frame("desk", () => openSubmission(submission), oneKeys);
