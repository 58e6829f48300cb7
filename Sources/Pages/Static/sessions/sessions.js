import { identifier } from "../shared/api.js";
import { frame } from "../shared/frame.js";
import { learn } from "../shared/text.js";
import { openSessions } from "./list.js";
import { openPlan } from "./plan.js";
import { openSession } from "./session.js";
import { sessionWords } from "./words.js";

learn(sessionWords);

/** The list of sessions, one session, or the form for a new one, as the address says. */
function begin(identity) {
  const session = identifier("session");
  if (session !== undefined) return openSession(session);
  if (new URLSearchParams(location.search).has("new")) return openPlan(identity);
  return openSessions();
}

frame("sessions", begin);
