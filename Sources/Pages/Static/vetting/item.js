/** The job that a reviewer looks at, with what a look at its text found and what can be decided. */

import { get } from "../shared/api.js";
import { button, complain, element, empty, find, memo, show, worded, write } from "../shared/dom.js";
import { asBefore, findingText, jobFacts } from "../shared/job.js";
import { day, number, say } from "../shared/text.js";

/** What was found as whoever posted the job reads it. */
const asWritten = ({ zh, words }) => [zh, words.join("、")].filter(Boolean).join("：");

export function itemView(reasons, { approve, reject }) {
  let known = null;
  let shown;
  const [head, body] = [element("div", { class: "item-head" }), element("div", {})];
  const count = element("span", { class: "soft", role: "status" });
  const control = (name, key, press, look) => {
    const one = button("", press, { id: name, class: look, "aria-keyshortcuts": key });
    one.append(worded("span", `vetting.${name}`), element("kbd", { "aria-hidden": "true" }, key));
    return one;
  };
  const decision = element("div", { class: "decision" }, reasons.node);
  const verdict = element(
    "div",
    { class: "verdict" },
    count,
    element("div", { class: "controls" }, control("approve", "A", approve, "primary"), control("reject", "R", reject, "danger")),
  );

  const showJob = memo((job) => {
    show(
      head,
      element("h2", { lang: "zh-CN" }, job.title),
      element("p", {}, element("a", { href: `/companies?company=${job.company}` }, job.companyName), " ", standing(job)),
    );
    show(body, jobFacts(job));
    if (job.revised) showChanges(job).catch(complain);
  });

  /** Shows what is another than a reviewer vouched for. */
  async function showChanges(job) {
    const { changes } = await get(`/v1/jobs/${job.id}/changes`);
    if (known?.id === job.id) show(body, element("p", { class: "note" }, say("vetting.revised")), jobFacts(job, asBefore(job, changes)));
  }

  /** Whether the job's company is verified: its jobs are not shown before that is so, whatever is decided here. */
  function standing({ company }) {
    const place = element("span", {});
    get(`/v1/companies/${company}`).then(
      ({ status, verifiedUntil, reverifyBy }) => {
        const until = verifiedUntil ?? (status === "verified" ? reverifyBy : null);
        place.className = until ? "mark" : "mark live";
        write(place, until ? say("vetting.company.until", { date: day(until) }) : say("vetting.company.unverified"));
      },
      () => {},
    );
    return place;
  }

  function showItem(job, chosen) {
    write(count, chosen ? say("vetting.chosen", { count: number(chosen) }) : "");
    if (!job) {
      known = null;
      shown = undefined;
      return show(find("#item"), empty(say("vetting.nothing")));
    }
    known = job;
    showJob(job);
    if (shown !== job.id) {
      shown = job.id;
      reasons.begin((job.lint?.findings ?? []).map((finding) => ({ value: asWritten(finding), words: findingText(finding) })));
      show(find("#item"), head, body, decision, verdict);
      find("#item").scrollTop = 0;
    }
  }

  return { show: showItem, speak: () => known && showJob(known) };
}
