/** The codes under which nobody may register or post jobs: listed, added to, whether registered or not, and lifted. */

import { post } from "../shared/api.js";
import { ask, reasonField } from "../shared/ask.js";
import { announce, button, element, find, show, worded } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { lister } from "../shared/lister.js";
import { moment, say } from "../shared/text.js";
import { codeField } from "./register.js";

export async function openBlacklist() {
  const codes = lister({ id: "blacklist", path: "/v1/blacklist", row, none: "blacklist.none" });
  const add = button(say("blacklist.add"), () => listCode(), { id: "add-code", class: "danger", "data-say": "blacklist.add" });

  function row({ company, uscc, name, reason, by, at }) {
    const words = say("companies.clear");
    const title = name ? element("a", { href: `/companies?company=${company}` }, name) : say("blacklist.unknown");
    return element(
      "div",
      { class: "row listed" },
      element("span", { class: "card-title" }, title),
      element("span", { class: "card-facts" }, element("span", {}, uscc)),
      element("span", {}, reason),
      element("span", { class: "soft" }, [moment(at), by].join(" · ")),
      button(words, () => clear(company, name ?? uscc), { class: "small", "aria-label": `${words}: ${name ?? uscc}` }),
    );
  }

  const listCode = () =>
    change({
      id: "blacklisting",
      title: say("blacklist.add"),
      note: say("companies.blacklist.note"),
      fields: [codeField, reasonField],
      send: "companies.blacklist",
      work: ({ uscc, reason }) => post("/v1/blacklist", { uscc: uscc.toUpperCase(), reason }),
    });

  const clear = (company, name) =>
    change({
      id: "clearance",
      title: say("companies.clear.title", { company: name }),
      note: say("blacklist.clear.note"),
      fields: [reasonField],
      send: "companies.clear",
      work: (entered) => post(`/v1/blacklist/${company}/clearance`, entered),
    });

  async function change(asked) {
    if (!(await ask(asked))) return;
    await codes.reload();
    announce(say("companies.decided"));
  }

  function render() {
    entitle(say("blacklist.title"));
    codes.render();
  }

  show(
    find("#main"),
    element(
      "header",
      { class: "page-head" },
      element(
        "div",
        { class: "grow" },
        element("p", {}, worded("a", "companies.back", { href: "/companies" })),
        worded("h1", "blacklist.title"),
        worded("p", "blacklist.note", { class: "soft" }),
      ),
      add,
    ),
    codes.node,
  );
  render();
  await codes.load();
  return render;
}
