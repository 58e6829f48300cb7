/** All accounts by name, as far as somebody wanted to see them. */

import { button, element, empty, find, list, show } from "../shared/dom.js";
import { paged } from "../shared/paged.js";
import { moment, roles, say } from "../shared/text.js";

/** `look` opens one of them. */
export function everybody(look) {
  const accounts = paged("/v1/accounts?limit=50", find("#accounts-more"), () => render());

  function render() {
    find("#accounts").removeAttribute("aria-busy");
    list(find("#accounts"), accounts.items, entry);
    show(find("#accounts-empty"), !accounts.items.length && empty(say("accounts.nobody")));
  }

  function entry({ account, name, standing, grants, secondFactor, signedInAt }) {
    const state = element("span", { class: "mark" }, say(`standing.${standing}`));
    const seen = signedInAt && say("accounts.seen", { time: moment(signedInAt) });
    const held = grants.length ? roles(grants) : say("accounts.nothing");
    const facts = [held, secondFactor && say("me.factor"), seen].filter(Boolean).join(" · ");
    const open = button(say("accounts.look"), () => look(account), { class: "small", "aria-label": `${say("accounts.look")}: ${account}` });
    const who = [name, account].filter(Boolean).join(" · ");
    const lines = [element("p", { class: "question" }, who, " ", state), element("p", { class: "soft" }, facts)];
    return element("li", { class: "submission" }, element("div", {}, lines), open);
  }

  return { load: accounts.load, render };
}
