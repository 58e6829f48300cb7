import { holds, me } from "../shared/api.js";
import { openConsole } from "./console.js";
import { openSessions } from "./sessions.js";
import { absent, fill, find, session } from "../shared/dom.js";
import { speak } from "../shared/speak.js";
import { say } from "../shared/text.js";

/** The studio is the console of one session, or the place where sessions are scheduled and chosen. Gives what draws it anew. */
async function open() {
  await me();
  const isHost = holds("host", "coHost", "assistant", "policyPresenter");
  if (!isHost || session === null) return () => absent(say(isHost ? "watch.nosession" : "studio.denied"));
  find("#main").append(find(session ? "#console" : "#own-sessions").content.cloneNode(true));
  return session ? openConsole(session) : openSessions();
}

let render = () => {};
speak(() => render());
open()
  .catch((problem) => () => absent(problem.message, problem.isPassing))
  .then((draw) => {
    render = draw;
    fill();
    draw();
  });
