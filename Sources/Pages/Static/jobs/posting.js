/** The form for a new job. */

import { all, get, identifier, post } from "../shared/api.js";
import { element, find, show, worded } from "../shared/dom.js";
import { form } from "../shared/form.js";
import { today } from "../shared/text.js";
import { lintOf } from "./lint.js";
import { asJob, jobFields, ownerFields, sourceFields } from "./fields.js";

export async function openPosting({ grants }) {
  const companies = await companiesOf(grants);
  const company = identifier("company") ?? (companies.length === 1 ? companies[0].value : undefined);
  const owners = await ownersOf(grants);
  const made = form({
    id: "job",
    fields: [...ownerFields(companies, owners), ...jobFields, ...sourceFields],
    send: "jobs.post.send",
    submit,
  });

  const lint = lintOf(made);

  async function submit(entered) {
    const { id } = await post("/v1/jobs", asJob(entered));
    sessionStorage.setItem("job posted", "true");
    location.assign(`/jobs?job=${id}`);
  }

  const note = () => worded("p", "jobs.post.note", { class: "soft" });
  const writing = () => element("div", { class: "writing" }, element("section", { class: "panel" }, note(), made.node), lint.node);
  const nobody = () => element(
    "section",
    { class: "panel lonely" },
    worded("p", "jobs.post.nocompany"),
    worded("a", "jobs.post.register", { class: "button primary", href: "/companies?new" }),
  );
  show(
    find("#main"),
    element("header", { class: "page-head" }, worded("h1", "jobs.post.title"), worded("a", "jobs.back", { href: "/jobs" })),
    companies.length ? writing() : nobody(),
  );
  if (!companies.length) return undefined;
  made.fill({ company, pay: { unit: "month" }, source: { kind: "original" }, validThrough: today(60), organisation: owners[0]?.value });
  lint.look();
  return lint.render;
}

/** The companies for which somebody may post, as options. */
async function companiesOf(grants) {
  const isFree = grants.some(({ role }) => role === "host" || role === "operator");
  const option = ({ id, name }) => ({ value: id, text: name });
  if (isFree) return (await all("/v1/companies?limit=200&order=name")).map(option);
  const own = [...new Set(grants.filter(({ role }) => role === "recruiter").map(({ organisation }) => organisation))].filter(Boolean);
  return (await Promise.all(own.map((id) => get(`/v1/companies/${id}`).catch(() => null)))).filter(Boolean).map(option);
}

/** The organisations to which somebody's new job may belong, as options, where there is a choice. */
async function ownersOf(grants) {
  const named = grants.filter(({ role, organisation }) => organisation && ["host", "recruiter", "operator"].includes(role));
  const isFree = grants.some(({ role, organisation, session }) => ["host", "operator"].includes(role) && !organisation && !session);
  const own = [...new Set(named.map(({ organisation }) => organisation))];
  if (isFree) return [];
  return Promise.all(own.map(async (id) => ({ value: id, text: await get(`/v1/companies/${id}`).then(({ name }) => name, () => id) })));
}
