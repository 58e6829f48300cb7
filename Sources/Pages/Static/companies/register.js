/** The form in which a company is registered, and the one in which its details are corrected. */

import { post } from "../shared/api.js";
import { element, find, show, worded } from "../shared/dom.js";
import { form } from "../shared/form.js";

const kinds = ["employer", "agency", "publicBody"];

/** What can be corrected of a company later; its code can't, for it is who it is. */
export const details = [
  { name: "name", words: "company.name", hint: "company.name.hint", required: true, max: 100 },
  [
    { name: "kind", words: "company.kind", kind: "choice", required: true, options: kinds.map((kind) => [kind, `company.kind.${kind}`]) },
    { name: "licence", words: "company.licence", hint: "company.licence.hint", max: 50 },
  ],
  {
    name: "region",
    words: "company.region",
    hint: "company.region.hint",
    required: true,
    max: 6,
    more: { inputmode: "numeric", pattern: "[0-9]{6}" },
  },
];

/** The code by which a company is known. */
export const codeField = {
  name: "uscc",
  words: "company.uscc",
  hint: "company.uscc.hint",
  required: true,
  max: 18,
  more: { autocapitalize: "characters", spellcheck: "false" },
};

export function openRegistration() {
  const made = form({ id: "company", fields: [codeField, ...details], send: "companies.register.send", submit });

  async function submit(entered) {
    const { id } = await post("/v1/companies", { ...entered, uscc: entered.uscc.toUpperCase() });
    location.assign(`/companies?company=${id}`);
  }

  show(
    find("#main"),
    element("header", { class: "page-head" }, worded("h1", "companies.register"), worded("a", "companies.back", { href: "/companies" })),
    element("section", { class: "panel" }, worded("p", "companies.register.note", { class: "soft" }), made.node),
  );
  made.fill({ kind: kinds[0] });
  needLicence(made.node);
  // A code holds the region in which it was given, which mostly is where the company sits.
  made.node.elements.uscc.addEventListener("change", ({ target }) => {
    const region = made.node.elements.region;
    if (!region.value && /^.{2}[0-9]{6}/.test(target.value)) region.value = target.value.slice(2, 8);
  });
  return () => {};
}

/** Agencies alone have a licence: nobody else is asked for it. */
export function needLicence(form) {
  const show = () => (form.elements.licence.closest(".field").hidden = form.elements.kind.value !== "agency");
  form.elements.kind.addEventListener("change", show);
  show();
}
