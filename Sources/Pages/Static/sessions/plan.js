/** The form in which a session is planned. */

import { all, get, post } from "../shared/api.js";
import { element, find, show, worded } from "../shared/dom.js";
import { form } from "../shared/form.js";
import { say } from "../shared/text.js";
import { courseField } from "./course.js";

export const formats = ["crossProvince", "county", "campus", "businessDistrict", "flexible"];

export async function openPlan({ grants }) {
  const [owners, series, policies] = await Promise.all([ownersOf(grants), all("/v1/series?limit=200"), all("/v1/policies?limit=200")]);
  const option = ({ id, title }) => ({ value: id, text: title });
  const open = series.filter(({ status }) => status === "open").map(option);
  const course = courseField(() => minutesBetween(...["startsAt", "endsAt"].map((name) => made.node.elements[name].value)));
  const fields = [
    { name: "title", words: "sessions.title", required: true, max: 100 },
    [
      { name: "format", words: "format", kind: "choice", required: true, options: formats.map((one) => [one, `format.${one}`]) },
      { name: "base", words: "sessions.base", max: 40, suggestions: ["广州", "东莞", "珠海"] },
    ],
    [
      { name: "startsAt", words: "sessions.starts", kind: "datetime", required: true },
      { name: "endsAt", words: "sessions.ends", hint: "sessions.ends.hint", kind: "datetime", required: true },
    ],
    ...(owners.length > 1 ? [{ name: "organisation", words: "sessions.organisation", kind: "choice", options: owners }] : []),
    ...(open.length ? [{ name: "series", words: "nav.series", kind: "choice", options: open }] : []),
    course,
    ...(policies.length ? [{ name: "policies", words: "sessions.policies", kind: "checks", options: policies.map(option) }] : []),
  ];
  const made = form({ id: "schedule", fields, send: "sessions.plan.send", submit });
  made.node.addEventListener("input", course.part.update);

  async function submit(entered) {
    const { id } = await post("/v1/sessions", entered);
    location.assign(`/sessions?session=${id}`);
  }

  show(
    find("#main"),
    element("header", { class: "page-head" }, worded("h1", "sessions.plan"), worded("a", "sessions.back", { href: "/sessions" })),
    element("section", { class: "panel narrow" }, made.node),
  );
  made.fill({ ...nextHour(), format: formats[0], series: new URLSearchParams(location.search).get("series") ?? "" });
  return course.part.update;
}

/** Minutes from one moment to another; undefined unless both are known, in this order. */
export function minutesBetween(start, end) {
  const minutes = Math.round((Date.parse(end) - Date.parse(start)) / 60_000);
  return minutes > 0 ? minutes : undefined;
}

/** To whom a new session can belong, as options, where there is a choice. */
async function ownersOf(grants) {
  const hosts = grants.filter(({ role }) => role === "host" || role === "operator");
  const held = hosts.filter(({ organisation }) => organisation);
  const own = [...new Map(held.map(({ organisation, organisationName }) => [organisation, organisationName])).entries()];
  const name = (id) => get(`/v1/companies/${id}`).then(({ name }) => name, () => id);
  const named = await Promise.all(own.map(async ([id, known]) => ({ value: id, text: known ?? (await name(id)) })));
  const isFree = hosts.some(({ organisation, session }) => !organisation && !session);
  return isFree && named.length ? [{ value: "", text: say("sessions.everybody") }, ...named] : named;
}

/** The next full hour, for an hour and a half. */
function nextHour() {
  const start = new Date();
  start.setHours(start.getHours() + 1, 0, 0, 0);
  return { startsAt: start.toISOString(), endsAt: new Date(start.getTime() + 90 * 60_000).toISOString() };
}
