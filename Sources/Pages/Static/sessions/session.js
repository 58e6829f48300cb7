/** One session as it is planned: what is still to be done, when, by whom, and whether at all. */

import { all, get, holds, post } from "../shared/api.js";
import { ask, reasonField } from "../shared/ask.js";
import { announce, button, element, find, show, showAbout, worded } from "../shared/dom.js";
import { entitle } from "../shared/frame.js";
import { insightLink, mayRun, showStatus, statusOf, studioLink } from "../shared/session.js";
import { changes } from "../shared/revision.js";
import { moment, number, say, term } from "../shared/text.js";
import { courseField, courseOf } from "./course.js";
import { formats, minutesBetween } from "./plan.js";
import { staffOf } from "./staff.js";

export async function openSession(id) {
  const path = `/v1/sessions/${id}`;
  let session = await get(path);
  let policies = [];
  let series = null;
  const [head, next, facts] = [
    element("header", { class: "page-head" }),
    element("section", { class: "note", id: "next", hidden: true }),
    element("section", { class: "panel", "aria-labelledby": "session-title" }),
  ];

  async function load() {
    session = await get(path);
    if (session.policies?.length) policies = await all("/v1/policies?status=any&limit=200");
    series = session.series ? await get(`/v1/series/${session.series}`) : null;
    render();
  }

  function render() {
    entitle(session.title);
    const status = element("span", { class: "status" });
    showStatus(status, statusOf(session));
    showAbout(head, session, () => [
      element(
        "div",
        { class: "grow" },
        element("p", {}, worded("a", "sessions.back", { href: "/sessions" })),
        element("h1", { id: "session-title", lang: "zh-CN" }, session.title),
        element("p", {}, status),
      ),
      element("div", { class: "controls" }, links(), planning()),
    ]);
    showNext();
    staff && staff.render();
    show(
      facts,
      element(
        "dl",
        { class: "facts" },
        lines().map(([words, text]) => element("div", {}, element("dt", {}, say(words)), element("dd", {}, text))),
      ),
    );
  }

  const isPlanner = () => mayRun(session) && holds("host");

  function links() {
    const link = (found, look) => found && element("a", { class: `button ${look ?? ""}`, href: found[0] }, found[1]);
    const isToCome = ["scheduled", "live", "interrupted"].includes(session.status);
    return [
      link(studioLink(session), isToCome && "primary"),
      link([`/watch?session=${id}`, say("studio.watch")]),
      link(insightLink(session)),
    ];
  }

  function planning() {
    if (session.status !== "scheduled" || !isPlanner()) return false;
    return [
      button(say("sessions.revise"), revise, { id: "revise" }),
      button(say("sessions.reschedule"), reschedule, { id: "reschedule" }),
      button(say("sessions.cancel"), cancel, { id: "cancel", class: "danger" }),
    ];
  }

  /** What a session lacks that is to begin. */
  function showNext() {
    const isEmpty = session.status === "scheduled" && session.shelf.jobs === 0;
    next.hidden = !isEmpty || !mayRun(session);
    if (next.hidden) return;
    show(
      next,
      element("p", {}, say("sessions.empty")),
      element(
        "p",
        { class: "controls" },
        element("a", { class: "button", href: `/studio?session=${id}` }, say("sessions.empty.studio")),
        element("a", { class: "button", href: "/jobs?status=vetted" }, say("sessions.empty.jobs")),
      ),
    );
  }

  function lines() {
    const { format, startsAt, endsAt, base, shelf, counters, status } = session;
    const planned = policies.filter(({ id }) => session.policies?.includes(id)).map(({ title }) => title);
    return [
      ["format", term("format", format)],
      ["sessions.when", `${moment(startsAt)} – ${moment(endsAt)}`],
      ["sessions.base", base],
      ["nav.series", series && element("a", { href: `/series?series=${session.series}`, lang: "zh-CN" }, series.title)],
      ["studio.shelf", say("watch.shelf.sum", { jobs: number(shelf.jobs), openings: number(shelf.openings) })],
      ["sessions.course", courseOf(session).join("\n")],
      ["sessions.policies", planned.join("\n")],
      ["counter.entries", status !== "scheduled" && number(counters.entries)],
      ["counter.submissions", (status !== "scheduled" || counters.submissions > 0) && number(counters.submissions)],
    ].filter(([, text]) => text);
  }

  async function revise() {
    const open = await all("/v1/series?status=open&limit=200");
    const fields = [
      { name: "title", words: "sessions.title", required: true, max: 100 },
      { name: "format", words: "format", kind: "choice", required: true, options: formats.map((one) => [one, `format.${one}`]) },
      { name: "base", words: "sessions.base", max: 40 },
      { name: "series", words: "nav.series", kind: "choice", options: open.map(({ id, title }) => ({ value: id, text: title })) },
      courseField(() => minutesBetween(session.startsAt, session.endsAt)),
    ];
    const work = async (entered) => {
      const changed = changes(session, entered, ["title", "format", "base", "series", "segments"]);
      if (Object.keys(changed).length) await post(`${path}/revision`, changed);
    };
    const title = say("sessions.revise.title", { title: session.title });
    if (!(await ask({ id: "revision", title, fields, send: "save", work, values: session }))) return;
    await load();
    announce(say("sessions.revised"));
  }

  async function reschedule() {
    const fields = [
      { name: "startsAt", words: "sessions.starts", kind: "datetime", required: true },
      { name: "endsAt", words: "sessions.ends", hint: "sessions.ends.hint", kind: "datetime", required: true },
    ];
    const work = (entered) => post(`${path}/rescheduling`, entered);
    const title = say("sessions.reschedule.title", { title: session.title });
    if (!(await ask({ id: "rescheduling", title, fields, send: "save", work, values: session }))) return;
    await load();
    announce(say("sessions.rescheduled"));
  }

  async function cancel() {
    const work = (entered) => post(`${path}/cancellation`, entered);
    const asked = {
      id: "cancellation",
      title: say("sessions.cancel.title", { title: session.title }),
      note: say("sessions.cancel.note"),
      fields: [reasonField],
      send: "sessions.cancel.send",
      work,
    };
    if (await ask(asked)) await load();
  }

  const staff = mayRun(session) && staffOf(
    path,
    () => isPlanner() && !["ended", "cancelled"].includes(session.status),
    () => session.host,
    load,
  );
  show(find("#main"), head, next, element("div", { class: "columns" }, facts, staff && staff.node));
  render();
  await Promise.all([load(), staff && staff.load()]);
  return render;
}
