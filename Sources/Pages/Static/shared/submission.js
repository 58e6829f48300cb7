/** A submission and what became of it, as candidates and staff read it. */

import { calendarOf } from "./calendar.js";
import { button } from "./dom.js";
import { saved } from "./save.js";
import { day, moment, pay, say, today } from "./text.js";

/** First day of work and pay, as far as they were told. */
export function terms({ startsOn, pay: amount }) {
  const told = [startsOn && say("agreed.starts", { day: day(startsOn) }), amount && pay(amount)].filter(Boolean);
  return told.join(" · ") || say("agreed.offer.plain");
}

/** When and where an interview is. */
export const meeting = ({ at, place }) => say("interview.what", { time: moment(at), place });

/** A button that puts a submission's interview into the reader's own calendar, under a name for what it is about. */
export const calendarButton = (submission, what) =>
  button(
    say("interview.keep"),
    () => saved(calendarOf(submission, say("interview.title", { what })), say("interview.file"), "text/calendar;charset=utf-8"),
    { class: "small", "data-calendar": submission.id },
  );

/** Whether a company still owes an answer. */
export const isWaiting = ({ status, answeredAt }) => ["submitted", "viewed"].includes(status) && !answeredAt;

/** Days after the first day of work on which it is asked how it is, as the server counts them. */
const checkDays = [7, 30];

/** Those of these days that have come, and of which `source` can still tell: once a later one was told of, no earlier one. */
export function daysToTell({ status, hiring, checks = [] }, source) {
  if (status !== "hired") return [];
  const last = Math.max(0, ...checks.filter((check) => check.source === source).map((check) => check.day));
  return checkDays.filter((one) => one > last && hiring.startsOn <= today(-one));
}
