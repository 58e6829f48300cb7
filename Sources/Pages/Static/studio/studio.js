import { openChoice } from "./choose.js";
import { openConsole } from "./console.js";
import { absent, fill, find, session } from "../shared/dom.js";
import { frame } from "../shared/frame.js";
import { jobWords } from "../shared/jobwords.js";
import { learn, say } from "../shared/text.js";

learn(jobWords);

const keys = [
  ["↑ ↓", "studio.keys.choose"],
  ["Enter", "studio.keys.feature"],
  ["Esc", "studio.keys.down"],
  ["/", "studio.keys.search"],
];

/** The studio is the console of one session, or the place where sessions are chosen. */
async function begin() {
  if (session === null) return () => absent(say("watch.nosession"));
  find("#main").append(find(session ? "#console" : "#own-sessions").content.cloneNode(true));
  fill();
  return session ? openConsole(session) : openChoice();
}

frame("studio", begin, session ? keys : []);
