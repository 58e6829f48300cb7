/** What somebody of the staff says of an attempt to reach a candidate. */

const choice = (name, values) => ({
  name,
  words: `contact.${name}`,
  kind: "choice",
  required: true,
  options: values.map((value) => [value, `contact.${name}.${value}`]),
});

/** The fields of a form for it. */
export const contactFields = [
  choice("method", ["phone", "message", "email", "inPerson"]),
  choice("outcome", ["reached", "noAnswer", "wrongNumber", "callAgain"]),
];
