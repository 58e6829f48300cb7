/** A token that a link hands over: used in this tab only once its holder's name and role were shown and agreed to. */

import { hold, identity, isHanded, isViewer, me, takeHandedToken, token } from "./api.js";
import { announce, complain, element } from "./dom.js";
import { open } from "./sheet.js";
import { roles, say } from "./text.js";

/** Looks for one in the address, now and whenever a link is pasted into this tab. */
export function expectHandedToken() {
  const look = () => consider(takeHandedToken()).catch(complain);
  addEventListener("hashchange", look);
  look();
}

async function consider(handed) {
  if (!handed || (isHanded() && handed === (await token()))) return;
  const offered = await identity(handed);
  if (!offered) return announce(say("handed.ended"), "failed");
  // Who applies or asks as a viewer out of somebody's link gives the link's maker all that is entered.
  if (isViewer(offered)) return announce(say("handed.viewer"), "failed");
  if (!(await isAccepted(offered, await me().catch(() => null)))) return;
  hold(handed);
  location.reload();
}

/** Asks, naming who is `offered` and who has been signed in so far; true only if the button that says so was pressed. */
async function isAccepted(offered, current) {
  const dialog = element("dialog", { class: "sheet", id: "handed", "aria-labelledby": "handed-title" });
  const accept = () => dialog.close("accepted");
  dialog.append(
    element("h2", { id: "handed-title" }, say("handed.title")),
    element("dl", { class: "details" }, line("handed.offered", who(offered)), line("handed.current", who(current))),
    element("p", { class: "soft" }, say("handed.note")),
    element(
      "p",
      { class: "controls" },
      element("button", { type: "button", "data-close": true, autofocus: true }, say("handed.refuse")),
      element("button", { type: "button", class: "primary", id: "handed-accept", onclick: accept }, say("handed.accept")),
    ),
  );
  document.body.append(dialog);
  await open(dialog);
  dialog.remove();
  return dialog.returnValue === "accepted";
}

const line = (words, text) => [element("dt", {}, say(words)), element("dd", {}, text)];

const who = (identity) => (identity ? `${roles(identity.grants)} · ${identity.subject}` : say("handed.visitor"));
