/** The list of what a company has received, by how far it has come. */

import { get, identifier, readPage } from "../shared/api.js";
import { complain, find, show, worded } from "../shared/dom.js";
import { onKeys, walkKeys } from "../shared/keys.js";
import { lister } from "../shared/lister.js";
import { comeBack, rememberList, submissionRow } from "../shared/received.js";
import { isWaiting } from "../shared/submission.js";
import { tabsOf } from "../shared/tabs.js";
import { moment, number, say, term } from "../shared/text.js";

const stages = ["submitted", "viewed", "contacted", "interview", "offered", "hired", "rejected", "withdrawn"];
/** Stages in which somebody waits: who has waited longest comes first. */
const waiting = ["submitted", "viewed", "contacted"];

export async function openList({ grants }) {
  const pairs = [...stages.map((stage) => [stage, `stage.${stage}`]), ["all", "desk.stage.all"]];
  const tabs = tabsOf({ name: "status", words: "desk.stages", pairs, changed: load });
  const jobs = await jobsOf(grants);
  const filters = [{ name: "job", words: "desk.job", options: [["", "desk.jobs"], ...jobs] }];
  const received = lister({ id: "submissions", path: "/v1/submissions", filters, fixed, row, none: "desk.none" });

  function fixed() {
    const stage = tabs.current();
    return { order: waiting.includes(stage) ? "oldest" : "newest", ...(stage !== "all" && { status: stage }) };
  }

  async function load() {
    await Promise.all([received.load(), count()]);
  }

  async function count() {
    const counts = await get("/v1/submission-counts");
    tabs.count(Object.fromEntries(stages.map((stage) => [stage, number(counts[stage] ?? 0)])));
  }

  function render() {
    tabs.render();
    received.render();
  }

  show(find("#main"), worded("h1", "desk.title"), tabs.node, received.node);
  rememberList("desk", received.items);
  onKeys({ ...walkKeys("#submissions"), ...tabs.keys });
  tabs.render();
  await load();
  comeBack("desk");
  return render;
}

function row(submission) {
  const { submittedAt, channel, respondBy } = submission;
  const by = isWaiting(submission) && say("received.by", { time: moment(respondBy) });
  return submissionRow(submission, "desk", [say("received.sent", { time: moment(submittedAt) }), term("channel", channel), by]);
}

/** The newest jobs of one's companies, and the one that the address names, as options. */
async function jobsOf(grants) {
  const own = [...new Set(grants.filter(({ role }) => role === "recruiter").map(({ organisation }) => organisation))].filter(Boolean);
  const lists = await Promise.all(own.map((id) => readPage(`/v1/jobs?company=${id}&limit=200`)));
  const jobs = lists.flatMap(({ items }) => items);
  const named = identifier("job");
  if (named && !jobs.some(({ id }) => id === named)) {
    const job = await get(`/v1/jobs/${named}`).catch(complain);
    if (job) jobs.push(job);
  }
  return jobs.map(({ id, title }) => ({ value: id, text: title }));
}
