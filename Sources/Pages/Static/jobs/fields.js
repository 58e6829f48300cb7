/** The fields in which a job is written. */

import { today } from "../shared/text.js";

const words = (family, values) => values.map((value) => [String(value), `${family}.${value}`]);

const core = [
  { name: "title", words: "job.title", required: true, max: 100 },
  [
    { name: "occupation", words: "job.occupation", required: true, max: 100 },
    { name: "openings", words: "job.openings", kind: "number", required: true, min: 1, max: 100_000 },
  ],
  [
    { name: "pay/minimum", words: "job.pay.minimum", kind: "number", required: true, min: 1, max: 1_000_000 },
    { name: "pay/maximum", words: "job.pay.maximum", kind: "number", required: true, min: 1, max: 1_000_000 },
    { name: "pay/unit", words: "job.pay.unit", kind: "choice", required: true, options: words("pay", ["month", "day", "hour", "piece"]) },
  ],
  { name: "place", words: "job.place", hint: "job.place.hint", required: true, max: 200 },
  [
    {
      name: "region",
      words: "job.region",
      hint: "job.region.hint",
      required: true,
      max: 6,
      more: { inputmode: "numeric", pattern: "[0-9]{6}" },
    },
    { name: "validThrough", words: "job.validThrough", kind: "date", required: true, min: today() },
  ],
  { name: "duties", words: "job.duties", kind: "area", required: true, max: 4_000 },
  { name: "conditions", words: "job.conditions", kind: "area", required: true, max: 4_000 },
];

const terms = {
  group: "job.terms",
  fields: [
    [
      { name: "pay/salaries", words: "job.salaries", kind: "number", min: 12, max: 24 },
      { name: "terms/contract", words: "job.contract", kind: "choice", options: words("contract", ["direct", "agency", "dispatch"]) },
      { name: "terms/probationMonths", words: "job.probationMonths.months", kind: "number", min: 0, max: 6 },
    ],
    [
      {
        name: "terms/shift",
        words: "job.shift",
        kind: "choice",
        options: words("shift", ["day", "night", "twoShift", "threeShift", "flexible"]),
      },
      { name: "terms/hoursADay", words: "job.hoursADay", kind: "number", min: 1, max: 12, more: { step: 0.5, inputmode: "decimal" } },
      { name: "terms/restDaysAMonth", words: "job.restDaysAMonth", kind: "number", min: 0, max: 15 },
    ],
    {
      name: "terms/insurance",
      words: "job.insurance",
      kind: "checks",
      options: words("insurance", ["pension", "medical", "unemployment", "injury", "maternity", "housingFund", "accident"]),
    },
    [
      { name: "terms/meals", words: "job.meals", kind: "choice", options: words("meals", ["none", "subsidised", "provided"]) },
      { name: "terms/dormitory/kind", words: "job.dormitory", kind: "choice", options: words("dormitory", ["none", "free", "paid"]) },
    ],
    [
      { name: "terms/dormitory/people", words: "job.dormitory.people", kind: "number", min: 1, max: 16 },
      { name: "terms/dormitory/cost", words: "job.dormitory.cost", kind: "number", min: 1, max: 10_000 },
    ],
    { name: "terms/dormitory/couples", words: "dormitory.couples", kind: "switch" },
    [
      { name: "terms/age/minimum", words: "job.age.minimum", kind: "number", min: 16, max: 70 },
      { name: "terms/age/maximum", words: "job.age.maximum", kind: "number", min: 16, max: 70 },
    ],
    [
      { name: "skillsGrade", words: "job.skillsGrade", kind: "choice", options: words("skillsGrade", [5, 4, 3, 2, 1]) },
      {
        name: "occupationCode",
        words: "job.occupationCode",
        hint: "job.occupationCode.hint",
        more: { pattern: "[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}" },
      },
      { name: "terms/startsOn", words: "job.startsOn", kind: "date" },
    ],
    [
      { name: "terms/contact/from", words: "job.contact.from", more: { type: "time" } },
      { name: "terms/contact/until", words: "job.contact.until", more: { type: "time" } },
    ],
  ],
};

/** The fields of a job that is revised. */
export const jobFields = [...core, terms];

/** Whose a new job is and where it comes from; of a job that is there neither changes. */
export const ownerFields = (companies, owners) => [
  { name: "company", words: "job.company", kind: "choice", required: true, options: companies },
  ...(owners.length > 1 ? [{ name: "organisation", words: "job.organisation", kind: "choice", required: true, options: owners }] : []),
];

export const sourceFields = [
  [
    { name: "source/kind", words: "job.source", kind: "choice", required: true, options: words("source", ["original", "repost"]) },
    { name: "source/name", words: "job.source.name", max: 100 },
  ],
];

/** What was entered, as the server takes it: a grade is a number. */
export const asJob = ({ skillsGrade, ...entered }) => ({ ...entered, ...(skillsGrade && { skillsGrade: Number(skillsGrade) }) });

/** The parts of a job that a revision can change. */
export const parts = [
  "title",
  "occupation",
  "duties",
  "conditions",
  "place",
  "region",
  "pay",
  "terms",
  "occupationCode",
  "skillsGrade",
  "validThrough",
];
