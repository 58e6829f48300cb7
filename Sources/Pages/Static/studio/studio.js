import { holds } from "../shared/api.js";
import { openConsole } from "./console.js";
import { openSessions } from "./sessions.js";
import { absent, find, session } from "../shared/dom.js";
import { speak } from "../shared/speak.js";
import { say } from "../shared/text.js";

/** The studio is the console of one session, or the place where sessions are scheduled and chosen. */
function open() {
  const isHost = holds("host", "coHost", "assistant", "policyPresenter");
  if (!isHost || session === null) {
    const refuse = () => absent(say(isHost ? "watch.nosession" : "studio.denied"));
    refuse();
    return refuse;
  }
  find("#main").append(find(session ? "#console" : "#own-sessions").content.cloneNode(true));
  return session ? openConsole(session) : openSessions();
}

const render = open();
speak(render);
