/** One company: what it says of itself, what is on file, how it was judged, and what can be done about it. */

import { get, holds, post } from "../shared/api.js";
import { ask } from "../shared/ask.js";
import { announce, button, element, find, show, showAbout, worded } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { day, say } from "../shared/text.js";
import { documentsOf } from "./documents.js";
import { judgingOf } from "./judging.js";
import { companyStatus } from "./list.js";
import { details, needLicence } from "./register.js";

export async function openCompany(id, { grants }) {
  const path = `/v1/companies/${id}`;
  let company = await get(path);
  /** What stands for those alone who judge the company or are its own desk. */
  const isOpen = company.status !== undefined;
  const isDesk = ({ role, organisation }) => role === "operator" || (["recruiter", "host"].includes(role) && organisation === id);
  const mayFile = isOpen && grants.some(isDesk);
  const [head, facts, place] = [
    element("header", { class: "page-head" }),
    element("section", { class: "panel", "aria-labelledby": "company-title" }),
    element("div", { class: "columns" }),
  ];
  const documents = isOpen && documentsOf(path, mayFile, load);
  const judging = holds("reviewer") && judgingOf(path, load);

  async function load() {
    company = await get(path);
    render();
    if (documents) await documents.load();
  }

  function render() {
    entitle(company.name);
    showAbout(head, company, () => [
      element(
        "div",
        { class: "grow" },
        element("p", {}, worded("a", "companies.back", { href: "/companies" })),
        element("h1", { id: "company-title", lang: "zh-CN" }, company.name),
        element("p", {}, companyStatus(company)),
      ),
      element(
        "div",
        { class: "controls" },
        element("a", { class: "button", href: `/jobs?company=${id}` }, say("companies.jobs")),
        holds("recruiter", "host", "reviewer") && isOpen && button(say("companies.revise"), revise, { id: "revise" }),
      ),
    ]);
    show(
      facts,
      element(
        "dl",
        { class: "facts" },
        lines(company).map(([words, text]) => element("div", {}, element("dt", {}, say(words)), element("dd", {}, text))),
      ),
    );
    judging && judging.render(company, documents.items());
    documents && documents.render(company);
  }

  async function revise() {
    const asked = ask({
      id: "revision",
      title: say("companies.revise.title", { company: company.name }),
      note: say("companies.revise.note"),
      fields: details,
      send: "save",
      values: company,
      work: (entered) => post(`${path}/revision`, entered.kind === "agency" ? entered : { ...entered, licence: undefined }),
    });
    needLicence(find("#revision"));
    if (!(await asked)) return;
    await load();
    announce(say("companies.revised"));
  }

  show(place, element("div", { class: "column" }, facts, documents && documents.node), judging && judging.node);
  show(find("#main"), head, place);
  render();
  if (documents) {
    await documents.load();
    render();
  }
  return render;
}

function lines({ kind, uscc, licence, region, since, reverifyBy, verifiedUntil, due, judgement, suspension, blacklisting }) {
  const listed = (texts) => texts?.join("\n");
  return [
    ["company.kind", say(`company.kind.${kind}`)],
    ["company.uscc", uscc],
    ["company.licence", licence],
    ["company.region", region],
    ["company.since", since && day(since)],
    ["company.verifiedUntil", (verifiedUntil ?? reverifyBy) && day(verifiedUntil ?? reverifyBy)],
    ["company.due", due && day(due)],
    ["company.checks", judgement?.checks?.map((check) => say.known(`check.${check}`) ?? check).join(say("comma"))],
    ["company.note", judgement?.note],
    ["company.findings", listed(judgement?.findings)],
    ["company.suspension", suspension?.reason],
    ["company.blacklisting", blacklisting?.reason],
    ["company.by", (blacklisting ?? suspension ?? judgement)?.by],
  ].filter(([, text]) => text);
}
