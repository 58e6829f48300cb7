/** What of an event's data a reader wants to see first. */

import { elapsed, number, pay, say, term } from "../shared/text.js";

const tellers = {
  SessionScheduled: ({ title, format }) => [title, term("format", format)],
  SessionInterrupted: ({ cause }) => [cause],
  SessionCancelled: ({ reason }) => [reason],
  SessionEnded: ({ reason }) => [reason && term("reason", reason)],
  HostAssigned: ({ host }) => [host],
  SegmentStarted: ({ kind }) => [term("segment", kind)],
  JobsShelved: ({ jobs = [] }) => [shelved(jobs)],
  JobFeatured: ({ card, overridden }) => [
    card?.title,
    card?.pay && pay(card.pay),
    card?.companyName,
    overridden && say("fact.overridden"),
  ],
  JobUnfeatured: ({ cause, shownMs }) => [term("cause", cause), say("fact.shown", { time: elapsed(shownMs) })],
  PolicyCardShown: ({ title }) => [title],
  QuestionAsked: ({ text }) => [text],
  QuestionAnswered: ({ mode, text }) => [term("mode", mode), text],
  QuestionHidden: ({ reason }) => [reason],
  ResumeSubmitted: ({ channel, consent }) => [consent?.recipientName, channel && term("channel", channel)],
  CandidateContacted: ({ method }) => [method],
  CandidateHired: ({ startsOn }) => [startsOn],
  SubmissionRejected: ({ reason }) => [reason],
  SubmissionWithdrawn: ({ reason }) => [reason],
  AudienceObserved: ({ kind, channel }) => [...counted("audience", kind), ...counted("entry", channel)],
};

export function summary(type, data) {
  return (tellers[type]?.(data) ?? []).filter(Boolean).join(" · ");
}

function shelved(jobs) {
  const openings = jobs.reduce((total, job) => total + job.openings, 0);
  return say("fact.shelved", { jobs: number(jobs.length), openings: number(openings) });
}

/** How often each value is in a column of observations; `""` stands for none. */
function counted(family, values) {
  if (!Array.isArray(values)) return [];
  const counts = Map.groupBy(values.filter(Boolean), (value) => value);
  return Array.from(counts, ([value, those]) => say(`${family}.${value}`, { count: number(those.length) }));
}
