/** Signing in, and what becomes of a page that stands open when that ends: its reader is told, and keeps what was typed. */

import { letGo, me } from "./api.js";
import { act, element, find } from "./dom.js";
import { open } from "./sheet.js";
import { say } from "./text.js";

/** The longest that a browser's timer can wait, in milliseconds. */
const longest = 2 ** 31 - 1;

/** Where one signs in, to come back to this very page. */
export const signInAddress = () => `/signin?back=${encodeURIComponent(location.pathname + location.search)}`;

/** Watches from now on whether whoever reads is still signed in: after the time that the server gave, and at each refusal. */
export function watchSignIn({ subject, expires }) {
  const look = async () => {
    const now = await me().catch(({ status }) => (status === 401 ? null : undefined));
    if (now === undefined) return;
    if (now?.subject === subject) wait(now);
    else tell(subject);
  };
  let timer = null;
  const wait = ({ expires }) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(longest, Math.max(5_000, Date.parse(expires) - Date.now())));
  };
  wait({ expires });
  document.addEventListener("signinended", () => tell(subject));
  document.addEventListener("visibilitychange", () => document.hidden || look());
}

/** As `me`, but nobody where a token that was handed over has ended: to sign in is what helps then, too. */
export async function known() {
  try {
    return await me();
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    letGo();
    return me();
  }
}

/** Says that the session is over, until the same person has signed in again, in another tab. */
function tell(subject) {
  if (find("#signin-ended")) return;
  const error = element("p", { class: "error", role: "alert" });
  const dialog = element(
    "dialog",
    { class: "sheet", id: "signin-ended", "aria-labelledby": "signin-ended-title" },
    element("h2", { id: "signin-ended-title" }, say("signin.ended")),
    element("p", {}, say("signin.ended.note")),
    error,
  );
  const goOn = async () => {
    const now = await known();
    error.textContent = now?.subject === subject ? "" : say("signin.ended.still");
    if (!error.textContent) dialog.close();
  };
  const again = element(
    "button",
    { type: "button", id: "signin-goon", onclick: ({ currentTarget }) => act(currentTarget, goOn) },
    say("signin.ended.goon"),
  );
  const link = element("a", { class: "button primary", href: "/signin?back=/me", target: "_blank" }, say("frame.signin"));
  dialog.append(element(
    "p",
    { class: "controls" },
    link,
    again,
    element("button", { type: "button", class: "quiet", "data-close": true }, say("close")),
  ));
  document.body.append(dialog);
  open(dialog).then(() => dialog.remove());
}
