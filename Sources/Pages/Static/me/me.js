import { get, post, remove, signOut } from "../shared/api.js";
import { accountWords } from "../shared/accountwords.js";
import { act, announce, button, element, empty, find, list, show } from "../shared/dom.js";
import { frame } from "../shared/frame.js";
import { onSend } from "../shared/forms.js";
import { learn, moment, say, term } from "../shared/text.js";

learn(accountWords);

async function begin(identity) {
  const isByCookie = identity.signedInBy === "cookie";
  let own = { grants: identity.grants, secondFactor: false, factorDemanded: false };
  let signIns = [];

  function render() {
    find("#me-who").textContent = [identity.name, identity.subject].filter(Boolean).join(" · ");
    list(find("#me-grants"), identity.grants, (grant) => element("li", {}, words(grant)));
    show(find("#me-grants-empty"), !identity.grants.length && empty(say(own.grants.length ? "me.grants.waiting" : "me.grants.none")));
    find("#me-note").textContent = isByCookie ? "" : say("me.token");
    find("#factor").hidden = find("#places").hidden = !isByCookie;
    find("#password").hidden = !own.password;
    find("#factor").hidden ||= !own.password;
    find("#factor-state").textContent = say(own.secondFactor ? "me.factor.on" : own.factorDemanded ? "me.factor.demanded" : "me.factor.off");
    find("#factor-press").textContent = say(own.secondFactor ? "me.factor.remove" : "me.factor.begin");
    list(find("#sign-ins"), signIns, entry);
  }

  const words = ({ role, organisationName, organisation, session }) =>
    `${term("actor", role)} · ${organisationName ?? organisation ?? session ?? say("accounts.everywhere")}`;

  function entry({ id, current, device, since, seen }) {
    const when = say("me.since", { since: moment(since), seen: moment(seen) });
    const end = async () => {
      if (current) return signOut();
      await remove(`/v1/sign-ins/${id}`);
      await load();
      announce(say("me.ended"));
    };
    const words = say(current ? "me.here" : "me.elsewhere");
    return element(
      "li",
      { class: "submission" },
      element("div", {}, element("p", {}, device || "–", current && element("span", { class: "mark" }, say("me.current"))), element("p", { class: "soft" }, when)),
      button(words, end, { class: "small", "aria-label": `${words}: ${device}` }),
    );
  }

  async function load() {
    if (!isByCookie) return;
    [own, { items: signIns }] = await Promise.all([get("/v1/me"), get("/v1/sign-ins")]);
    render();
  }

  async function pressFactor(form) {
    const { password } = form.elements;
    if (own.secondFactor) {
      await post("/v1/me/second-factor/removal", { password: password.value });
      announce(say("me.factor.removed"));
      form.reset();
      return load();
    }
    const { secret, address } = await post("/v1/me/second-factor", { password: password.value });
    form.reset();
    form.hidden = true;
    find("#factor-secret").textContent = secret.replace(/(.{4})(?=.)/g, "$1 ");
    find("#factor-address").href = address;
    find("#factor-code").hidden = false;
    find("#factor-code-field").focus();
  }

  async function confirmFactor(form) {
    await post("/v1/me/second-factor/confirmation", { code: form.elements.code.value.trim() });
    // Grants that waited for it are there now, and with them other pages.
    location.reload();
  }

  async function changePassword(form) {
    await post("/v1/me/password", { password: form.elements.password.value, new: form.elements.new.value });
    form.reset();
    announce(say("me.password.changed"));
    await load();
  }

  onSend(find("#factor-password"), pressFactor);
  onSend(find("#factor-code"), confirmFactor);
  onSend(find("#password-change"), changePassword);
  const leave = async () => {
    await remove("/v1/sign-ins");
    location.assign("/signin");
  };
  find("#sign-out-all").addEventListener("click", ({ currentTarget }) => act(currentTarget, leave));
  render();
  await load();
  return render;
}

frame("me", begin);
