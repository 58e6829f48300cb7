/** What people of the staff have been granted, and the links by which they sign in. */

import { all, get, post } from "../shared/api.js";
import { act, announce, button, element, empty, find, list, show } from "../shared/dom.js";
import { say } from "../shared/text.js";

const roles = ["host", "coHost", "assistant", "policyPresenter", "recruiter", "reviewer", "caseWorker", "analyst", "operator"];

/** The page on which somebody of this role begins. */
const pages = { host: "/studio", coHost: "/studio", assistant: "/studio", policyPresenter: "/studio", analyst: "/insight", operator: "/operations" };

/** Makes the part of the page work; gives what draws it anew in another language. */
export function accounts() {
  const [choice, form] = [find("#account"), find("#grant")];
  let account = null;
  let grants = [];
  /** What grants can be limited to, by the value of its option. */
  let places = new Map();

  const path = () => `/v1/accounts/${encodeURIComponent(account)}`;

  const words = ({ role, organisation, session }) => {
    const place = organisation ?? session;
    return `${say(`actor.${role}`)} · ${place ? (places.get(organisation ? `organisation:${place}` : `session:${place}`) ?? place) : say("accounts.everywhere")}`;
  };

  function render() {
    const option = (value, text) => element("option", { value }, text);
    const group = (kind) => {
      const options = Array.from(places).filter(([value]) => value.startsWith(`${kind}:`));
      return element("optgroup", { label: say(`accounts.${kind}s`) }, options.map(([value, text]) => option(value, text)));
    };
    const chosen = [form.elements.role.value, form.elements.scope.value];
    show(form.elements.role, roles.map((role) => option(role, say(`actor.${role}`))));
    show(form.elements.scope, option("all", say("accounts.everywhere")), group("organisation"), group("session"));
    form.elements.role.value = chosen[0] || roles[0];
    // A place that is gone leaves nothing chosen, which can't be sent: it must not become everywhere.
    form.elements.scope.value = chosen[1] || "all";
    find("#granting").hidden = account === null;
    list(find("#grants"), grants, row);
    show(find("#grants-empty"), account !== null && !grants.length && empty(say("accounts.none", { account })));
    find("#grant-link").disabled = !grants.length;
  }

  function row(grant) {
    const withdraw = async () => {
      await change("/grants/withdrawal", grant);
      announce(say("accounts.withdrawn"));
    };
    return element("li", {}, button(say("accounts.withdraw", { grant: words(grant) }), withdraw));
  }

  async function change(what, body) {
    const changed = account;
    const answer = await post(path() + what, body);
    if (changed !== account) return;
    ({ grants } = answer);
    find("#grant-link-made").hidden = true;
    render();
  }

  async function look() {
    const name = choice.elements.account.value.trim();
    [account, grants] = [null, []];
    render();
    find("#grant-link-made").hidden = true;
    const [companies, sessions] = await Promise.all([all("/v1/companies?limit=200&order=name"), all("/v1/sessions?status=upcoming&limit=200")]);
    places = new Map([
      ...companies.map(({ id, name }) => [`organisation:${id}`, name]),
      ...sessions.map(({ id, title }) => [`session:${id}`, title]),
    ]);
    ({ account, grants } = await get(`/v1/accounts/${encodeURIComponent(name)}`));
    render();
  }

  async function give() {
    const [kind, id] = form.elements.scope.value.split(":");
    await change("/grants", { role: form.elements.role.value, ...(kind !== "all" && { [kind]: id }) });
    announce(say("accounts.given"));
  }

  async function link() {
    const { token } = await post(`${path()}/tokens`, {});
    const page = grants.map(({ role }) => pages[role]).find(Boolean) ?? "/";
    const address = new URL(`${page}#token=${token}`, location.href).href;
    Object.assign(find("#grant-address"), { href: address, textContent: address });
    find("#grant-link-made").hidden = false;
  }

  /** Does what a form is sent for, and says beside it what went wrong. */
  const onSend = (sent, work) =>
    sent.addEventListener("submit", (event) => {
      event.preventDefault();
      const error = find("#account-error");
      error.textContent = "";
      act(sent.querySelector("[type=submit]"), () => work().catch((problem) => (error.textContent = problem.message)));
    });

  onSend(choice, look);
  onSend(form, give);
  find("#grant-link").addEventListener("click", ({ currentTarget }) => act(currentTarget, link));
  render();
  return render;
}
