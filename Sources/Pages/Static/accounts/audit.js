/** What became of accounts: sign-ins, grants, openings of personal data, the newest first. */

import { act, element, empty, find, list, show } from "../shared/dom.js";
import { paged } from "../shared/paged.js";
import { instant, number, say, term } from "../shared/text.js";

const types = [
  "SignedIn", "SignInFailed", "SignedOut", "GrantGiven", "GrantWithdrawn", "PersonalDataOpened", "AccountInvited", "AccountActivated",
  "AccountSuspended", "AccountReinstated", "PasswordChanged", "SecondFactorSet", "SecondFactorRemoved", "TokenIssued", "TokenRevoked",
];

/** What of an event's data is of use to whoever looks for it. */
const tellers = {
  SignedIn: ({ by }) => say(`means.${by}`),
  SignInFailed: ({ attempts }) => (attempts ? say("accounts.failed", { count: number(attempts) }) : ""),
  SignedOut: ({ cause }) => say(`signout.${cause}`),
  GrantGiven: ({ grant }) => words(grant),
  GrantWithdrawn: ({ grant }) => words(grant),
  AccountSuspended: ({ reason }) => reason,
  TokenIssued: ({ name, grants }) => [name, ...grants.map(words)].join(" · "),
  TokenRevoked: ({ token }) => token,
  PersonalDataOpened: ({ submissions, document }) =>
    document ? say("accounts.opened.document", { document }) : say("accounts.opened", { count: number(submissions.length) }),
};

const words = ({ role, organisation, session }) => [say(`actor.${role}`), organisation ?? session].filter(Boolean).join(" · ");

export function audit() {
  const form = find("#audit-filter");
  let entries = chosen();

  /** The list that the form asks for; its button for more is another, since each list has its own. */
  function chosen() {
    const { account, type } = Object.fromEntries(new FormData(form));
    const query = new URLSearchParams({ limit: "50", ...(account?.trim() && { account: account.trim() }), ...(type && { type }) });
    const more = find("#audit-more").cloneNode(true);
    find("#audit-more").replaceWith(more);
    return paged(`/v1/audit?${query}`, more, () => render());
  }

  function render() {
    const type = form.elements.type.value;
    const option = (value, text) => element("option", { value, selected: value === type }, text);
    show(form.elements.type, option("", say("accounts.audit.all")), types.map((one) => option(one, say(`event.${one}`))));
    list(find("#audit"), entries.items, entry);
    show(find("#audit-empty"), !entries.items.length && empty(say("accounts.audit.none")));
  }

  function entry({ time, account, type, actorKind, actor, data }) {
    const by = actorKind === "account" ? say("actor.account") : [term("actor", actorKind), actor].filter(Boolean).join(" · ");
    const cells = [element("time", { datetime: time }, instant(time)), account, term("event", type), tellers[type]?.(data) ?? "", by];
    return element("tr", {}, cells.map((cell) => element("td", {}, cell)));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    entries = chosen();
    act(form.querySelector("[type=submit]"), entries.load);
  });

  return { load: () => entries.load(), render };
}
