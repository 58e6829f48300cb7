import { holder } from "./api.js";
import { openConsole } from "./console.js";
import { openOffice } from "./office.js";
import { empty, find, session, show, speak } from "./page.js";
import { say } from "./text.js";

/** The studio is the console of one session, or the office where sessions are scheduled and chosen. */
function open() {
  if (!["host", "operator"].includes(holder().role)) {
    const refuse = () => show(find("#main"), empty(say("studio.denied")));
    refuse();
    return refuse;
  }
  find("#main").append(find(session ? "#console" : "#office").content.cloneNode(true));
  return session ? openConsole(session) : openOffice();
}

const render = open();
speak(render);
