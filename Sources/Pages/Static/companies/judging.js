/** What a reviewer decides about a company: that it is verified and until when, that it is not, or that it is to stop. */

import { post } from "../shared/api.js";
import { ask, reasonField } from "../shared/ask.js";
import { announce, button, element, showAbout, worded } from "../shared/dom.js";
import { form } from "../shared/form.js";
import { day, say, today } from "../shared/text.js";

const checks = ["creditCode", "businessLicence", "agencyLicence", "representative", "authorisation", "premises", "record", "call"];
/** What must have been looked at and be on file, by the company's kind, as the server asks for it. */
const needed = {
  checks: {
    employer: ["creditCode", "representative"],
    publicBody: ["creditCode", "representative"],
    agency: ["creditCode", "agencyLicence", "representative"],
  },
  documents: {
    employer: ["businessLicence", "identityOfRepresentative", "authorisation"],
    publicBody: ["businessLicence", "identityOfRepresentative", "authorisation"],
    agency: ["businessLicence", "agencyLicence", "identityOfRepresentative", "authorisation"],
  },
};
/** Months for which a verification counts at most. */
const months = 6;

const findingsField = {
  name: "findings",
  words: "companies.findings",
  hint: "companies.findings.hint",
  kind: "lines",
  required: true,
  max: 2_000,
};

export function judgingOf(path, changed) {
  const fields = [
    { name: "checks", words: "companies.checks", kind: "checks", options: checks.map((one) => [one, `check.${one}`]) },
    { name: "reverifyBy", words: "companies.reverifyBy", hint: "companies.reverifyBy.hint", kind: "date", required: true, min: today() },
    { name: "note", words: "companies.note", max: 500 },
  ];
  const made = form({ id: "verification", fields, send: "companies.verify", submit });
  const [lacking, others] = [element("p", { id: "lacking", class: "note", hidden: true }), element("div", { class: "controls" })];
  const node = element(
    "section",
    { class: "panel", "aria-labelledby": "judging-title" },
    worded("h2", "companies.judging", { id: "judging-title" }),
    lacking,
    made.node,
    worded("h3", "companies.others"),
    others,
  );
  let company = null;
  let begun = null;

  async function submit(entered) {
    await post(`${path}/verification`, entered);
    announce(say("companies.verified", { company: company.name, date: day(entered.reverifyBy) }));
    begun = null;
    await changed();
  }

  function render(shown, documents) {
    company = shown;
    const missing = needed.documents[company.kind].filter((kind) => !documents?.some((one) => one.kind === kind));
    lacking.hidden = !missing.length || !documents;
    lacking.textContent = say("companies.lacking", { documents: missing.map((kind) => say(`document.${kind}`)).join(say("comma")) });
    made.node.hidden = ["suspended", "blacklisted"].includes(company.status);
    showAbout(
      others,
      company,
      () => actions().map(([name, work, look]) => button(say(`companies.${name}`), () => decide(name, work), { id: name, class: look })),
    );
    // What the reviewer has begun to fill in stays while the company is loaded anew.
    if (begun === company.version) return;
    begun = company.version;
    made.fill({ checks: needed.checks[company.kind], reverifyBy: latest(documents) });
  }

  /** The longest for which a verification can count: six months, and no longer than what it rests on. */
  function latest(documents = []) {
    const ends = documents.filter(({ kind, validUntil }) => validUntil && needed.documents[company.kind].includes(kind));
    return [today(0, months), ...ends.map(({ validUntil }) => validUntil)].sort()[0];
  }

  /** What else can be decided about a company as it stands. */
  function actions() {
    const { status } = company;
    return [
      ["unverified", "verified", "lapsed"].includes(status) && ["reject", "rejection"],
      ["unverified", "verified", "lapsed", "rejected"].includes(status) && ["suspend", "suspension", "danger"],
      status === "suspended" && ["reinstate", "reinstatement", "primary"],
      status !== "blacklisted" && ["blacklist", null, "danger"],
      status === "blacklisted" && ["clear", null],
    ].filter(Boolean);
  }

  async function decide(name, work) {
    const fields = [name === "reject" ? findingsField : reasonField];
    const send = {
      blacklist: (entered) => post("/v1/blacklist", { uscc: company.uscc, ...entered }),
      clear: (entered) => post(`/v1/blacklist/${company.id}/clearance`, entered),
    };
    const isDone = await ask({
      id: "judgement",
      title: say(`companies.${name}.title`, { company: company.name }),
      note: say(`companies.${name}.note`),
      fields,
      send: `companies.${name}`,
      work: send[name] ?? ((entered) => post(`${path}/${work}`, entered)),
    });
    if (!isDone) return;
    begun = null;
    await changed();
    announce(say("companies.decided"));
  }

  return { node, render };
}
