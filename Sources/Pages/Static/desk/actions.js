/** What a company does with a résumé: each by a button, a key and, where something has to be said, a sheet. */

import { post } from "../shared/api.js";
import { ask } from "../shared/ask.js";
import { announce, button, element, find } from "../shared/dom.js";
import { localTime } from "../shared/form.js";
import { nameOf } from "../shared/received.js";
import { contactFields } from "../shared/contact.js";
import { say, today } from "../shared/text.js";

const reasons = ["filled", "skills", "certificate", "experience", "pay", "hours", "place", "unreachable", "absent", "declined", "other"];
const open = ["viewed", "contacted", "interview", "offered"];

/** Days before and after today within which the server takes a first day of work. */
const [daysBefore, daysAfter] = [60, 366];

/** The moment in so many days, as a field takes it. */
const inDays = (days) => localTime(new Date(Date.now() + days * 86_400_000));

const noteField = (words, isRequired) => ({
  name: "note",
  words,
  hint: "received.note.hint",
  kind: "area",
  max: 2_000,
  rows: 3,
  required: isRequired,
});

const startField = (isRequired) => ({
  name: "startsOn",
  words: "desk.startsOn",
  kind: "date",
  required: isRequired,
  min: today(-daysBefore),
  max: today(daysAfter),
});

const payFields = (isRequired) => [
  [
    { name: "pay/minimum", words: "desk.pay.minimum", kind: "number", required: isRequired, min: 1, max: 1_000_000 },
    { name: "pay/maximum", words: "desk.pay.maximum", kind: "number", min: 1, max: 1_000_000 },
  ],
  {
    name: "pay/unit",
    words: "desk.pay.unit",
    kind: "choice",
    required: isRequired,
    options: ["month", "day", "hour", "piece"].map((unit) => [unit, `pay.${unit}`]),
  },
];

/** First day and pay as the server takes them: who names one figure means just that. A unit alone says nothing. */
function asTerms({ startsOn, pay }) {
  if (pay?.minimum === undefined && pay?.maximum === undefined) return { startsOn };
  return { startsOn, pay: { ...pay, maximum: pay.maximum ?? pay.minimum } };
}

/** What was agreed so far, else what the job promises. */
const known = ({ offer, hiring }, job) => ({
  startsOn: hiring?.startsOn ?? offer?.startsOn,
  pay: hiring?.pay ?? offer?.pay ?? job?.pay,
});

/**
 * What may be done, in the order of the buttons: its `name`, its `key`, for which stages, where it is posted, and what its sheet asks.
 * `words` are the button's, `values` what stands in the sheet beforehand.
 */
const actions = (job) => [
  { name: "view", key: "v", isFor: ({ status }) => status === "submitted", to: "viewing", look: "primary" },
  {
    name: "contact",
    key: "c",
    isFor: ({ status }) => [...open, "hired"].includes(status),
    to: "contacts",
    note: "desk.contact.note",
    fields: () => contactFields,
    values: () => ({ method: "phone" }),
  },
  {
    name: "interview",
    key: "i",
    isFor: ({ status }) => open.includes(status),
    to: "interview",
    note: "desk.interview.note",
    fields: () => [
      { name: "at", words: "desk.interview.at", kind: "datetime", required: true, min: inDays(0), max: inDays(daysAfter) },
      { name: "place", words: "desk.interview.place", hint: "desk.interview.place.hint", required: true, max: 200 },
    ],
    values: ({ interview }) => interview ?? { place: job?.place },
  },
  {
    name: "offer",
    key: "o",
    isFor: ({ status }) => open.includes(status),
    to: "offer",
    fields: () => [startField(false), ...payFields(false)],
    values: (submission) => known(submission, job),
    asBody: asTerms,
  },
  {
    name: "hire",
    key: "h",
    words: ({ status }) => (status === "hired" ? "desk.rehire" : "desk.hire"),
    isFor: ({ status, checks }) => open.includes(status) || (status === "hired" && !checks),
    to: "hiring",
    note: "desk.hire.note",
    fields: () => [startField(true), ...payFields(true)],
    values: (submission) => known(submission, job),
    asBody: asTerms,
  },
  {
    name: "reject",
    key: "r",
    look: "danger",
    isFor: ({ status }) => open.includes(status),
    to: "rejection",
    note: "desk.reject.note",
    fields: () => [
      {
        name: "reason",
        words: "desk.reject.reason",
        kind: "choice",
        required: true,
        options: reasons.map((one) => [one, `rejection.${one}`]),
      },
      noteField("desk.note.text", false),
    ],
  },
  {
    name: "note",
    key: "n",
    isFor: ({ status }) => status !== "withdrawn",
    to: "notes",
    fields: () => [noteField("desk.note.text", true)],
  },
];

/** The buttons for the submission at `path`, and their keys; `changed` is called once something was done. */
export function actionsOf({ path, job, changed }) {
  const all = actions(job);
  let submission = null;

  async function perform({ name, to, fields, note, values, asBody = (entered) => entered }) {
    const done = async (body) => {
      await post(`${path}/${to}`, body);
    };
    if (!fields) await done();
    else {
      const isDone = await ask({
        id: `ask-${name}`,
        title: say(`desk.${name}.title`, { name: nameOf(submission) }),
        note: note && say(note),
        fields: fields(),
        send: `desk.${name}`,
        values: values?.(submission),
        work: (entered) => done(asBody(entered)),
      });
      if (!isDone) return;
    }
    await changed();
    announce(say.known(`desk.done.${name}`) ?? say("desk.done"));
  }

  const control = (action) => {
    const words = action.words?.(submission) ?? `desk.${action.name}`;
    const attributes = { id: action.name, class: action.look, "aria-keyshortcuts": action.key.toUpperCase() };
    const one = button(say(words), () => perform(action), attributes);
    one.append(element("kbd", { "aria-hidden": "true" }, action.key.toUpperCase()));
    return one;
  };

  function render(now) {
    submission = now;
    const possible = all.filter(({ isFor }) => isFor(submission));
    const isOver = ["rejected", "withdrawn"].includes(submission.status);
    return [isOver && element("p", { class: "soft" }, say("desk.ended")), element("div", { class: "controls" }, possible.map(control))];
  }

  return { render, keys: Object.fromEntries(all.map(({ name, key }) => [key, () => find(`#actions #${name}`)?.click()])) };
}
