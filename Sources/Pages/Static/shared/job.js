/** A job in full, as those see it who post and vet it: each fact with its name. */

import { element } from "./dom.js";
import { day, locale, number, pay, say, term } from "./text.js";

/** All that a job says, as triples of a name (that of its words), its text and whether people wrote that, in Chinese. */
export function factsOf(job) {
  return [
    ["job.pay", pay(job.pay)],
    ["job.openings", job.openings !== undefined && number(job.openings)],
    ["job.occupation", occupation(job), true],
    ["job.skillsGrade", job.skillsGrade && term("skillsGrade", job.skillsGrade)],
    ["job.place", [job.place, job.region].filter(Boolean).join(" · "), true],
    ["job.validThrough", job.validThrough && day(job.validThrough)],
    ["job.duties", job.duties, true],
    ["job.conditions", job.conditions, true],
    ...termsOf(job.terms),
    ["job.source", job.source && (job.source.name ? say("source.from", { name: job.source.name }) : term("source", job.source.kind))],
  ].filter(([, text]) => text);
}

/** What the employer and what the classification calls the job's occupation. */
export const occupation = ({ occupation, occupationName, occupationCode }) =>
  [occupation, occupationName, occupationCode].filter(Boolean).join(" · ");

/** The names and texts of what a job offers and asks for beside its pay. */
export function termsOf(terms = {}) {
  const joined = (family, values) => values?.map((value) => term(family, value)).join(say("comma"));
  return [
    ["job.age", terms.age && range(terms.age)],
    ["job.shift", terms.shift && term("shift", terms.shift)],
    ["job.hoursADay", terms.hoursADay && say("job.hours", { count: number(terms.hoursADay) })],
    ["job.restDaysAMonth", terms.restDaysAMonth !== undefined && say("job.days", { count: number(terms.restDaysAMonth) })],
    ["job.meals", terms.meals && term("meals", terms.meals)],
    ["job.dormitory", terms.dormitory && dormitory(terms.dormitory)],
    ["job.insurance", joined("insurance", terms.insurance)],
    ["job.contract", terms.contract && term("contract", terms.contract)],
    ["job.probationMonths", terms.probationMonths !== undefined && say("job.months", { count: number(terms.probationMonths) })],
    ["job.startsOn", terms.startsOn && day(terms.startsOn)],
    ["job.contact", terms.contact && `${terms.contact.from}–${terms.contact.until}`],
  ].filter(([, text]) => text);
}

/** A card's terms and grade of skill as a list of names and texts; nothing where nothing is told. */
export function termList({ terms, skillsGrade }) {
  const rows = [...termsOf(terms), ...(skillsGrade ? [["job.skillsGrade", term("skillsGrade", skillsGrade)]] : [])];
  const parts = rows.flatMap(([name, text]) => [element("dt", {}, say(name)), element("dd", {}, text)]);
  return rows.length > 0 && element("dl", { class: "details" }, parts);
}

/** How a field of a job reads, where one version is held against another. */
export function reading(field, told) {
  if (told === undefined) return say("job.nothing");
  if (field === "pay") return pay(told);
  if (field === "terms") return termsOf(told).map(([name, text]) => `${say(name)} ${text}`).join(say("semicolon"));
  return field === "skillsGrade" ? term("skillsGrade", told) : String(told);
}

const range = ({ minimum, maximum }) =>
  minimum && maximum ? `${minimum}–${maximum}` : say(minimum ? "job.age.from" : "job.age.to", { age: minimum ?? maximum });

const dormitory = ({ kind, people, couples, cost }) =>
  [
    term("dormitory", kind),
    people && say("dormitory.people", { count: people }),
    couples && say("dormitory.couples"),
    cost && say("dormitory.cost", { yuan: number(cost) }),
  ]
    .filter(Boolean)
    .join(say("comma"));

/**
 * The facts of a job as a list of names and texts. Of one that was vetted before and then revised, `before` are the facts that were vetted:
 * what is another now is marked and stands beside what it was.
 */
export function jobFacts(job, before = null) {
  const [now, then] = [factsOf(job), new Map(before ? factsOf(before) : [])];
  const names = new Set([...now.map(([name]) => name), ...then.keys()]);
  const texts = new Map(now);
  const written = new Set(now.filter(([, , isWritten]) => isWritten).map(([name]) => name));
  const line = (name) => {
    const lang = written.has(name) && "zh-CN";
    const [text, old] = [texts.get(name) ?? say("job.nothing"), then.get(name) ?? say("job.nothing")];
    const isChanged = before !== null && text !== old;
    return element(
      "div",
      { class: isChanged && "changed" },
      element("dt", {}, say(name), isChanged && element("span", { class: "mark live" }, say("job.changed"))),
      isChanged && element("dd", { lang }, element("del", {}, old)),
      element("dd", { lang }, isChanged ? element("ins", {}, text) : text),
    );
  };
  return element("dl", { class: "facts" }, [...names].map(line));
}

/** What a rule has found, in the page's language, with the words that it found. */
export const findingText = ({ zh, en, words }) =>
  [locale() === "en" ? en : zh, words.length > 0 && `“${words.join("”“")}”`].filter(Boolean).join(" ");

/** A job as it was before `changes`, which the server tells field by field. */
export const asBefore = (job, changes) => ({ ...job, ...Object.fromEntries(changes.map(({ field, before }) => [field, before])) });

/** The mark that says how far a job has come. */
export const jobStatus = ({ status }) => element("span", { class: "status", "data-status": status }, say(`job.status.${status}`));
