import { post } from "../shared/api.js";
import { accountWords } from "../shared/accountwords.js";
import { act, find } from "../shared/dom.js";
import { speak } from "../shared/speak.js";
import { learn, say } from "../shared/text.js";

learn(accountWords);

/** The invitation and whom the link says it is for, out of the fragment, where neither history nor a shared screen shall have it. */
const handed = new URLSearchParams(location.hash.slice(1));
history.replaceState(history.state, "", location.pathname);
const [invitation, account] = [handed.get("invitation") ?? "", handed.get("account") ?? ""];

let accepted = null;
const form = find("#acceptance");
const { password, again, username } = form.elements;

function render() {
  find("#invited").textContent = invitation ? account && say("invitation.for", { account }) : say("invitation.missing");
  form.hidden = !invitation || accepted !== null;
  find("#accepted").hidden = accepted === null;
  if (accepted) find("#accepted-words").textContent = say("invitation.accepted", { account: accepted.subject });
}

async function send() {
  const error = find("#acceptance-error");
  error.textContent = password.value === again.value ? "" : say("invitation.differ");
  if (error.textContent) return again.focus();
  try {
    accepted = await post("/v1/invitations/acceptance", { invitation, password: password.value });
  } catch (problem) {
    error.textContent = problem.message;
    return password.focus();
  }
  sessionStorage.removeItem("token");
  render();
  find("#accepted a").focus();
}

username.value = account;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  act(form.querySelector("[type=submit]"), send);
});

speak(render);
render();
