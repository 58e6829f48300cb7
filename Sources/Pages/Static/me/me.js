import { get, post, remove, signOut } from "../shared/api.js";
import { accountWords } from "../shared/accountwords.js";
import { act, announce, button, element, empty, find, list, show } from "../shared/dom.js";
import { form } from "../shared/form.js";
import { frame } from "../shared/frame.js";
import { learn, moment, say, term } from "../shared/text.js";
import { factorPart, passwordField } from "./factor.js";

learn(accountWords);

async function begin(identity) {
  const isByCookie = identity.signedInBy === "cookie";
  let own = { grants: identity.grants, secondFactor: false, factorDemanded: false };
  let signIns = [];
  const factor = factorPart(load);

  function render() {
    find("#me-who").textContent = [identity.name, identity.subject].filter(Boolean).join(" · ");
    list(find("#me-grants"), identity.grants, (grant) => element("li", {}, words(grant)));
    const none = own.grants.length ? "me.grants.waiting" : "me.grants.none";
    show(find("#me-grants-empty"), !identity.grants.length && empty(say(none)));
    find("#me-note").textContent = isByCookie ? "" : say("me.token");
    find("#factor").hidden = find("#places").hidden = !isByCookie;
    find("#password").hidden = !own.password;
    find("#factor").hidden ||= !own.password;
    factor.render(own);
    list(find("#sign-ins"), signIns, entry);
  }

  const words = ({ role, organisationName, organisation, session }) =>
    `${term("actor", role)} · ${organisationName ?? organisation ?? session ?? say("accounts.everywhere")}`;

  function entry({ id, current, device: agent, since, seen }) {
    const device = deviceOf(agent);
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
      element(
        "div",
        {},
        element("p", {}, device, " ", current && element("span", { class: "mark" }, say("me.current"))),
        element("p", { class: "soft" }, when),
      ),
      button(words, end, { class: "small", "aria-label": `${words}: ${device}` }),
    );
  }

  async function load() {
    if (!isByCookie) return;
    [own, { items: signIns }] = await Promise.all([get("/v1/me"), get("/v1/sign-ins")]);
    render();
  }

  const change = form({
    id: "password-change",
    fields: [
      passwordField,
      {
        name: "new",
        words: "me.password.new",
        kind: "password",
        required: true,
        max: 128,
        more: { autocomplete: "new-password", minlength: 12 },
      },
    ],
    send: "me.password",
    look: "",
    submit: changePassword,
  });
  find('[data-form="password-change"]').replaceWith(change.node);

  async function changePassword(entered) {
    await post("/v1/me/password", entered);
    change.clear();
    announce(say("me.password.changed"));
    await load();
  }

  const leave = async () => {
    await remove("/v1/sign-ins");
    location.assign("/signin");
  };
  find("#sign-out-all").addEventListener("click", ({ currentTarget }) => act(currentTarget, leave));
  render();
  await load();
  return render;
}

/** What a browser says of itself, as people know it: its name and its system; all of it where neither is known. */
function deviceOf(agent = "") {
  const found = (names) => names.find(([sign]) => agent.includes(sign))?.[1];
  return [found(browsers), found(systems)].filter(Boolean).join(" · ") || agent || "–";
}

// Most browsers name those that they are like, too: the first sign that is found tells.
const browsers = [
  ["MicroMessenger", "WeChat 微信"], ["Edg", "Edge"], ["Firefox", "Firefox"], ["QQBrowser", "QQ"], ["UCBrowser", "UC"],
  ["Chrome", "Chrome"], ["Safari", "Safari"],
];
const systems = [
  ["HarmonyOS", "HarmonyOS"], ["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Macintosh", "Mac"],
  ["Linux", "Linux"],
];

frame("me", begin);
