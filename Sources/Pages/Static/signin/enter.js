import { get, letGo, me, post } from "../shared/api.js";
import { accountWords } from "../shared/accountwords.js";
import { act, complain, find } from "../shared/dom.js";
import { inChinese } from "../shared/problems.js";
import { speak } from "../shared/speak.js";
import { learn, locale, say } from "../shared/text.js";

learn(accountWords);

/** Where somebody came from, if that is a page of this host; else where the staff begin. */
function back() {
  const wanted = new URLSearchParams(location.search).get("back") ?? "";
  const address = URL.canParse(wanted, location.origin) ? new URL(wanted, location.origin) : null;
  // Steps like "/./" go when an address is read: what is left may begin with two slashes, and name another host.
  const isOurs = wanted.startsWith("/") && address?.origin === location.origin && !address.pathname.startsWith("//");
  return isOurs ? address.pathname + address.search : "/office";
}

let known = null;
/** The office's provider of identities, where there is one: its name, and whether it answers. */
let provider = null;
const form = find("#signin");
const { account, password, code } = form.elements;

function render() {
  find("#already").hidden = known === null;
  if (known) find("#already").textContent = say("signin.already", { account: known.name ?? known.subject });
  renderProvider();
}

function renderProvider() {
  const [link, note] = [find("#signin-provider"), find("#signin-provider-note")];
  find("#signin-fault").textContent = fault();
  link.hidden = note.hidden = provider === null;
  if (!provider) return;
  link.textContent = say("signin.provider", { name: provider.name });
  link.href = `/v1/sign-ins/provider?next=${encodeURIComponent(back())}`;
  note.textContent = say(provider.answers ? "signin.provider.or" : "signin.provider.down", { name: provider.name });
}

/** Why the provider has led back here, if it has: by a word of its own, or by the code of a problem. */
function fault() {
  const word = new URLSearchParams(location.search).get("fault");
  if (!word) return "";
  const own = say.known(`signin.fault.${word}`) ?? (locale() === "en" ? undefined : inChinese(word));
  return own ?? say("signin.fault.other", { word: word.slice(0, 50) });
}

async function send() {
  const error = find("#signin-error");
  error.textContent = "";
  const empty = [account, password, ...(find("#signin-second").hidden ? [] : [code])].find(({ value }) => !value.trim());
  if (empty) {
    error.textContent = say("signin.empty");
    return empty.focus();
  }
  try {
    await post("/v1/sign-ins", { account: account.value.trim(), password: password.value, ...(code.value && { code: code.value.trim() }) });
  } catch (problem) {
    return refuse(problem);
  }
  // What a link handed to this tab would go before the account that was chosen just now.
  letGo();
  location.assign(back());
}

function refuse(problem) {
  const isAsked = problem.code === "code-missing";
  if (isAsked) find("#signin-second").hidden = false;
  find("#signin-error").textContent = problem.message;
  // A code is good once: another is asked for after every attempt.
  code.value = "";
  (isAsked ? code : password).focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  act(form.querySelector("[type=submit]"), send);
});

find("#signin-provider").addEventListener("click", letGo);

speak(render);
get("/v1/sign-ins/means")
  .then((means) => {
    provider = means.provider ?? null;
    render();
  })
  .catch(complain);
me()
  .then((found) => {
    known = found;
    render();
  })
  .catch(complain);
