/** What a candidate is asked once hired: how it is after a week and a month of work, and how content they are. */

import { post } from "../shared/api.js";
import { announce, button, element } from "../shared/dom.js";
import { daysToTell } from "../shared/submission.js";
import { say } from "../shared/text.js";

const facts = ["employed", "paidAsPromised", "housedAsPromised"];

/** What there is to be asked about a submission now, if anything; `told` is called once it was answered. */
export function questionsAbout(submission, told) {
  const day = daysToTell(submission, "candidate").at(-1);
  if (day !== undefined) return outcome(submission, day, told);
  return submission.checks?.some(({ source }) => source === "candidate") && submission.score === undefined && rating(submission, told);
}

/** A choice of one of some values by buttons, of which none is pressed at first. */
function choice(words, pairs) {
  let chosen;
  const press = (value, control) => {
    chosen = value;
    for (const one of node.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === control));
  };
  const one = ([value, text, label]) => {
    const attributes = { class: "small", "aria-pressed": "false", "aria-label": label, "data-value": String(value) };
    return button(text, (control) => press(value, control), attributes);
  };
  const node = element("fieldset", {}, element("legend", {}, words), element("div", { class: "controls" }, pairs.map(one)));
  return { node, value: () => chosen };
}

function outcome({ id }, day, told) {
  const pairs = [[true, say("check.yes")], [false, say("check.no")]];
  const choices = facts.map((fact) => choice(say(`check.${fact}`), pairs));
  const send = async () => {
    const answers = Object.fromEntries(facts.map((fact, index) => [fact, choices[index].value()]).filter(([, value]) => value !== undefined));
    if (answers.employed === undefined) return announce(say("outcome.missing"), "asking");
    await post(`/v1/submissions/${id}/outcome`, { day, ...answers });
    announce(say("outcome.told"));
    await told();
  };
  return element(
    "div",
    { class: "asked", role: "group", "aria-label": say(`outcome.title.${day}`) },
    element("p", { class: "question" }, say(`outcome.title.${day}`)),
    choices.map(({ node }) => node),
    element("p", { class: "soft" }, say("outcome.note")),
    button(say("outcome.send"), send, { class: "primary outcome-send" }),
  );
}

function rating({ id }, told) {
  const scores = [1, 2, 3, 4, 5].map((score) => [score, String(score), say("rating.score", { score })]);
  const score = choice(say("rating.title"), scores);
  const note = element("textarea", { rows: 2, maxlength: 2_000, id: `rating-${id}` });
  const send = async () => {
    if (score.value() === undefined) return announce(say("rating.missing"), "asking");
    const said = note.value.trim();
    await post(`/v1/submissions/${id}/rating`, { score: score.value(), ...(said && { note: said }) });
    announce(say("rating.told"));
    await told();
  };
  return element(
    "div",
    { class: "asked", role: "group", "aria-label": say("rating.title") },
    score.node,
    element("p", { class: "soft" }, say("rating.ends")),
    element("label", { for: note.id }, say("rating.note")),
    note,
    button(say("rating.send"), send, { class: "primary rating-send" }),
  );
}
