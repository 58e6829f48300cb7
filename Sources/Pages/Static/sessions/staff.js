/** Who works in one session: its host, and those whom the host lets help. */

import { all, post } from "../shared/api.js";
import { ask } from "../shared/ask.js";
import { announce, button, element, list, showAbout, worded } from "../shared/dom.js";
import { say } from "../shared/text.js";

const roles = ["coHost", "assistant", "policyPresenter"];

/**
 * `mayChange` tells whether the reader may let others work in it, `host` whose the session is now; `changed` is called once it is
 * another's.
 */
export function staffOf(path, mayChange, host, changed) {
  const rows = element("ul", { id: "staff", class: "talk" });
  const controls = element("div", { class: "controls" });
  const node = element(
    "section",
    { class: "panel", "aria-labelledby": "staff-title" },
    worded("h2", "sessions.staff", { id: "staff-title" }),
    rows,
    controls,
  );
  const account = {
    name: "account",
    words: "sessions.staff.account",
    hint: "sessions.staff.account.hint",
    required: true,
    max: 128,
    more: { spellcheck: "false", autocapitalize: "none" },
  };
  let items = [];

  async function load() {
    items = await all(`${path}/staff?limit=200`);
    render();
  }

  function render() {
    const others = items.filter(({ account }) => account !== host());
    list(rows, [{ account: host(), role: "host" }, ...others].map((member) => ({ ...member, isOpen: mayChange() })), row);
    showAbout(
      controls,
      mayChange(),
      () => mayChange() && [
        button(say("sessions.staff.add"), add, { id: "add-staff", class: "small" }),
        button(say("sessions.handover"), handOver, { id: "hand-over", class: "small" }),
      ],
    );
  }

  function row({ isOpen, ...member }) {
    const words = say("sessions.staff.remove");
    const remove = isOpen && member.role !== "host" && button(
      words,
      () => withdraw(member),
      { class: "small", "aria-label": `${words}：${member.account}` },
    );
    return element(
      "li",
      { class: "submission" },
      element("p", {}, element("b", {}, member.account), " ", element("span", { class: "soft" }, say(`actor.${member.role}`))),
      remove,
    );
  }

  async function withdraw(member) {
    ({ items } = await post(`${path}/staff/withdrawal`, member));
    render();
  }

  const add = () =>
    ask({
      id: "staffing",
      title: say("sessions.staff.add"),
      fields: [
        account,
        {
          name: "role",
          words: "sessions.staff.role",
          kind: "choice",
          required: true,
          options: roles.map((role) => [role, `actor.${role}`]),
        },
      ],
      send: "sessions.staff.add",
      values: { role: roles[0] },
      work: async (entered) => {
        ({ items } = await post(`${path}/staff`, entered));
        render();
      },
    });

  async function handOver() {
    const isDone = await ask({
      id: "handover",
      title: say("sessions.handover"),
      note: say("sessions.handover.note"),
      fields: [{ ...account, name: "host" }],
      send: "sessions.handover.send",
      work: (entered) => post(`${path}/host`, entered),
    });
    if (!isDone) return;
    await changed();
    announce(say("sessions.handed"));
  }

  return { node, load, render };
}
