/** The questions of how it is at work, as fields of a form. */

const facts = ["employed", "paidAsPromised", "housedAsPromised"];

export const checkFields = facts.map((name) => ({
  name,
  words: `check.${name}`,
  kind: "choice",
  required: name === "employed",
  options: [["true", "check.yes"], ["false", "check.no"]],
}));

/** What was entered as the server takes it, about a day after the first day of work. */
export const asCheck = (day, entered) => ({
  day,
  ...Object.fromEntries(facts.filter((fact) => entered[fact] !== undefined).map((fact) => [fact, entered[fact] === "true"])),
});
