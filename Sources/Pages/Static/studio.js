import { holder } from "./api.js";
import { openConsole } from "./console.js";
import { openOffice } from "./office.js";
import { absent, find, session } from "./page.js";
import { speak } from "./speak.js";
import { say } from "./text.js";

/** The studio is the console of one session, or the office where sessions are scheduled and chosen. */
function open() {
  const isHost = ["host", "operator"].includes(holder().role);
  if (!isHost || session === null) {
    const refuse = () => absent(say(isHost ? "watch.nosession" : "studio.denied"));
    refuse();
    return refuse;
  }
  find("#main").append(find(session ? "#console" : "#office").content.cloneNode(true));
  return session ? openConsole(session) : openOffice();
}

const render = open();
speak(render);
