/** Submissions as the company that received them and the case worker see them. */

import { element, find } from "./dom.js";
import { calendarButton, isWaiting, meeting, terms } from "./submission.js";
import { moment, say, term } from "./text.js";

/** What somebody told of how it is at work. */
export function toldCheck({ source, ...check }) {
  const facts = ["employed", "paidAsPromised", "housedAsPromised"].filter((fact) => check[fact] !== undefined);
  const what = facts.map((fact) => say(`check.${fact}.${check[fact]}`)).join(say("comma"));
  return say("check.told", { source: say(`check.source.${source}`), what });
}

/** What is known of the candidate, as pairs of words and what stands there; each only where it was told. */
export const person = ({ phone, profile = {} }) =>
  [
    ["resume.phone", phone && element("a", { href: `tel:${phone}` }, phone)],
    ["received.experience", profile.experience],
    ["received.skills", profile.skills?.join(say("comma"))],
    ["received.education", profile.education],
    ["received.note", profile.note],
  ].filter(([, content]) => content);

/** What has been agreed and told, likewise. */
export function agreed(submission, what) {
  const { status, interview, offer, hiring, rejection, score, checks = [], respondBy, answeredAt, overdue } = submission;
  const late = overdue && element("span", { class: "mark live" }, say(answeredAt ? "overdue.late" : "overdue"));
  return [
    ["agreed.respondBy", [moment(respondBy), " ", late]],
    ["agreed.answeredAt", answeredAt && moment(answeredAt)],
    ["interview", interview && [element("p", {}, meeting(interview)), status === "interview" && calendarButton(submission, what)]],
    ["agreed.offer", offer && terms(offer)],
    ["agreed.hiring", hiring && terms(hiring)],
    ["agreed.rejection", rejection && term("rejection", rejection)],
    ...checks.map((check) => [`check.day.${check.day}`, toldCheck(check)]),
    ["agreed.score", score && say("agreed.score.of", { score })],
  ].filter(([, content]) => content);
}

/** Pairs of words and content as a list of facts. */
export const factsOf = (pairs) =>
  element(
    "dl",
    { class: "facts" },
    pairs.map(([words, content]) => element("div", {}, element("dt", {}, say(words)), element("dd", {}, [content].flat().filter(Boolean)))),
  );

/** How far a submission has come, as the staff say it. */
export const stateMark = ({ status }) => element("span", { class: "status", "data-status": status }, term("stage", status));

/** By whom and for what: the name, where there is one that may be read. */
export const nameOf = ({ name, status }) => name ?? say(status === "withdrawn" ? "received.name.withdrawn" : "received.name.none");

/** A row of a list of submissions, which leads to one; `facts` are texts. */
export const submissionRow = (submission, page, facts) =>
  element(
    "a",
    { class: "row", href: `/${page}?submission=${submission.id}`, "data-submission": submission.id },
    element("span", { class: "card-title" }, nameOf(submission)),
    element(
      "span",
      { class: "marks" },
      stateMark(submission),
      submission.overdue && isWaiting(submission) && element("span", { class: "mark live" }, say("overdue")),
    ),
    element("span", { class: "whole", lang: "zh-CN" }, submission.title ?? ""),
    element("span", { class: "card-facts" }, facts.filter(Boolean).map((text) => element("span", {}, text))),
  );

const place = (page) => `${page} list`;
const last = (page) => `${page} last`;

/** Brings the keyboard back to the row from which one was opened, if it still stands in the list. */
export function comeBack(page) {
  const id = sessionStorage.getItem(last(page));
  sessionStorage.removeItem(last(page));
  if (id) find(`#submissions [data-submission="${id}"]`)?.focus();
}

/** Remembers on leaving a list where it was and what stood in it, for the way back and on from one of them. */
export function rememberList(page, items) {
  addEventListener("pagehide", () => {
    const ids = items().map(({ id }) => id);
    sessionStorage.setItem(place(page), JSON.stringify({ search: location.search, ids }));
  });
}

/** The way back to the list from which one submission was opened, and to those before and after it there, undefined where there is none. */
export function waysFrom(page, id) {
  const { search = "", ids = [] } = JSON.parse(sessionStorage.getItem(place(page)) ?? "{}");
  const at = ids.indexOf(id);
  sessionStorage.setItem(last(page), id);
  const to = (other) => other && `/${page}?submission=${other}`;
  return { back: `/${page}${search}`, next: at < 0 ? undefined : to(ids[at + 1]), previous: at < 0 ? undefined : to(ids[at - 1]) };
}

/** The head of a page about one submission: the way back with its `words`, who it is, about which job, and the ways on. */
export function headOf(submission, ways, words, job) {
  const { companyName, channel, submittedAt } = submission;
  const facts = [companyName, say("received.sent", { time: moment(submittedAt) }), term("channel", channel)].filter(Boolean).join(" · ");
  const way = (id) => ways[id] && element("a", { class: "button", href: ways[id], id }, say(`received.${id}`));
  return [
    element(
      "div",
      { class: "grow" },
      element("p", {}, element("a", { href: ways.back, id: "back" }, say(words))),
      element("h1", {}, nameOf(submission), " ", stateMark(submission)),
      element("p", { class: "soft" }, job, ` · ${facts}`),
    ),
    (ways.previous || ways.next) && element("nav", { class: "controls", "aria-label": say("received.ways") }, way("previous"), way("next")),
  ];
}

/** The keys for these ways. */
export const wayKeys = Object.fromEntries(
  Object.entries({ j: "next", k: "previous", b: "back" }).map(([key, id]) => [key, () => find(`#${id}`)?.click()]),
);
