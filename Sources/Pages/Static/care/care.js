import { identifier } from "../shared/api.js";
import { frame } from "../shared/frame.js";
import { receivedWords } from "../shared/receivedwords.js";
import { submissionWords } from "../shared/submissionwords.js";
import { learn } from "../shared/text.js";
import { openList } from "./list.js";
import { openSubmission } from "./one.js";
import { careWords } from "./words.js";

learn(submissionWords);
learn(receivedWords);
learn(careWords);

const listKeys = [
  ["↓ J", "keys.list.next"],
  ["↑ K", "keys.list.previous"],
  ["Enter", "keys.list.open"],
  ["1 … 3", "keys.list.tab"],
];
const oneKeys = [
  ["J", "keys.one.next"],
  ["K", "keys.one.previous"],
  ["B", "keys.one.back"],
];

/** What is to be seen to, or one of it, as the address says. */
const submission = identifier("submission");
if (submission === undefined) frame("care", openList, listKeys);
else frame("care", () => openSubmission(submission), oneKeys);
