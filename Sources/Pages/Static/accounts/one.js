/** One account: what it has been granted, how its holder signs in, and the tokens of machines. */

import { all, get, post, remove } from "../shared/api.js";
import { act, announce, button, element, empty, find, list, show } from "../shared/dom.js";
import { form } from "../shared/form.js";
import { moment, say } from "../shared/text.js";

const roles = ["host", "coHost", "assistant", "policyPresenter", "recruiter", "reviewer", "caseWorker", "analyst", "operator"];

/** `changed` is called whenever the account is another than before. */
export function one(changed) {
  let known = null;
  /** What grants can be limited to, by the value of its option. */
  let places = new Map();

  const path = (name = known.account) => `/v1/accounts/${encodeURIComponent(name)}`;

  const words = ({ role, organisation, session }) => {
    const place = organisation ?? session;
    const name = place && (places.get(`${organisation ? "organisation" : "session"}:${place}`) ?? place);
    return `${say(`actor.${role}`)} · ${name ?? say("accounts.everywhere")}`;
  };

  const forms = {
    grant: form({
      id: "grant",
      fields: [
        [
          { name: "role", words: "accounts.role", kind: "choice", required: true, options: [] },
          { name: "scope", words: "accounts.scope", kind: "choice", required: true, options: [] },
        ],
      ],
      send: "accounts.give",
      look: "",
      submit: give,
    }),
    invitation: form({
      id: "invitation",
      fields: [{ name: "name", words: "accounts.person", max: 100 }],
      send: "accounts.invite",
      look: "",
      submit: invite,
    }),
    suspension: form({
      id: "suspension",
      fields: [{ name: "reason", words: "accounts.reason", required: true, max: 500 }],
      send: "accounts.suspend",
      look: "danger",
      submit: suspend,
    }),
    token: form({
      id: "token",
      fields: [
        [
          { name: "name", words: "accounts.token.name", required: true, max: 100 },
          { name: "hours", words: "accounts.token.hours", kind: "number", required: true, min: 1, max: 8_760 },
        ],
      ],
      send: "accounts.token.make",
      look: "",
      submit: makeToken,
    }),
  };
  for (const [name, { node }] of Object.entries(forms)) find(`[data-form="${name}"]`).replaceWith(node);
  forms.token.fill({ hours: 720 });

  function render() {
    find("#one").hidden = known === null;
    if (!known) return;
    const { account, name, standing, secondFactor, grants, tokens } = known;
    find("#one-title").textContent = [name, account].filter(Boolean).join(" · ");
    find("#one-state").textContent = [say(`standing.${standing}.words`), secondFactor && say("me.factor.on")].filter(Boolean).join(" ");
    list(find("#grants"), grants, grantEntry);
    show(find("#grants-empty"), !grants.length && empty(say("accounts.none", { account })));
    list(find("#tokens"), tokens, tokenEntry);
    show(find("#tokens-empty"), !tokens.length && empty(say("accounts.tokens.none")));
    find("#suspension").hidden = find("#invitation").hidden = standing === "suspended";
    find("#reinstatement").hidden = standing !== "suspended";
    renderChoices();
  }

  function renderChoices() {
    const [role, scope] = [find("#grant-role"), find("#grant-scope")];
    const chosen = [role.value, scope.value];
    const option = (value, text) => element("option", { value }, text);
    const group = (kind) => {
      const options = Array.from(places).filter(([value]) => value.startsWith(`${kind}:`));
      return element("optgroup", { label: say(`accounts.${kind}s`) }, options.map(([value, text]) => option(value, text)));
    };
    show(role, roles.map((name) => option(name, say(`actor.${name}`))));
    show(scope, option("all", say("accounts.everywhere")), group("organisation"), group("session"));
    role.value = chosen[0] || roles[0];
    // A place that is gone leaves nothing chosen, which can't be sent: it must not become everywhere.
    scope.value = chosen[1] || "all";
  }

  function grantEntry(grant) {
    const withdraw = async () => {
      await change(() => post(`${path()}/grants/withdrawal`, grant));
      announce(say("accounts.withdrawn"));
    };
    return element("li", {}, button(say("accounts.withdraw", { grant: words(grant) }), withdraw));
  }

  function tokenEntry({ id, name, grants, expires }) {
    const facts = [grants.map(words).join(say("comma")), say("accounts.token.until", { time: moment(expires) })].join(" · ");
    const revoke = () => change(() => remove(`${path()}/tokens/${id}`));
    const label = say("accounts.token.revoke");
    const press = button(label, revoke, { class: "small", "aria-label": `${label}: ${name}` });
    const lines = element("div", {}, element("p", {}, name), element("p", { class: "soft" }, facts));
    return element("li", { class: "submission" }, lines, press);
  }

  /** Does something with the account that is open, and shows what it is then. */
  async function change(work) {
    const before = known;
    const answer = await work();
    if (known !== before) return;
    known = answer.account ? answer : await get(path());
    render();
    changed();
  }

  async function look(name) {
    const [companies, sessions, found] = await Promise.all([
      all("/v1/companies?limit=200&order=name"),
      all("/v1/sessions?status=upcoming&limit=200"),
      get(path(name)),
    ]);
    places = new Map([
      ...companies.map(({ id, name }) => [`organisation:${id}`, name]),
      ...sessions.map(({ id, title }) => [`session:${id}`, title]),
    ]);
    known = found;
    for (const made of ["#invitation-made", "#token-made"]) find(made).hidden = true;
    render();
    find("#one-title").focus();
  }

  async function give({ role, scope }) {
    const [kind, id] = scope.split(":");
    await change(() => post(`${path()}/grants`, { role, ...(kind !== "all" && { [kind]: id }) }));
    announce(say("accounts.given"));
  }

  async function invite(entered) {
    await change(async () => {
      const { invitation } = await post(`${path()}/invitation`, entered);
      const fragment = new URLSearchParams({ account: known.account, invitation });
      const address = new URL(`/invitation#${fragment}`, location.href).href;
      Object.assign(find("#invitation-address"), { href: address, textContent: address });
      find("#invitation-made").hidden = false;
      return {};
    });
  }

  async function suspend(entered) {
    await change(() => post(`${path()}/suspension`, entered));
    forms.suspension.clear();
    announce(say("accounts.suspended"));
  }

  async function makeToken(entered) {
    await change(async () => {
      const { token } = await post(`${path()}/tokens`, entered);
      find("#token-text").value = token;
      find("#token-made").hidden = false;
      return {};
    });
    find("#token-text").select();
  }

  async function signOut() {
    await change(() => remove(`${path()}/sign-ins`));
    announce(say("accounts.signedout"));
  }

  const reinstate = () => change(() => post(`${path()}/reinstatement`));
  find("#reinstate").addEventListener("click", ({ currentTarget }) => act(currentTarget, reinstate));
  find("#sign-out").addEventListener("click", ({ currentTarget }) => act(currentTarget, signOut));
  return { look, render };
}
