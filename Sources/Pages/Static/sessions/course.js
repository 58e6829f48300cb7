/** The plan of a session's course: which segment follows which, and how long each is to last. */

import { announce, button, element, worded, write } from "../shared/dom.js";
import { clock, number, say, term } from "../shared/text.js";

const kinds = ["jobs", "policy", "questions"];
/** The most segments that the server takes, and the most minutes that one may last. */
const most = { segments: 100, minutes: 1_440 };
/** Minutes that a segment lasts unless somebody says else, by its kind. */
const usual = { jobs: 45, policy: 10, questions: 15 };

/**
 * The field of a form in which a course is planned. `length` gives the minutes that the session lasts, undefined while that is not known;
 * `update` of the field's part says anew how these compare.
 */
export const courseField = (length) => ({
  name: "segments",
  words: "sessions.course",
  hint: "sessions.course.hint",
  kind: "part",
  part: course(length),
});

function course(length) {
  const rows = element("ol", { class: "course" });
  const sum = element("p", { class: "soft", role: "status" });
  const add = button(say("sessions.course.add"), append, { "data-say": "sessions.course.add", class: "small", id: "add-segment" });
  const items = () => Array.from(rows.children);
  const node = element("div", { class: "planned" }, rows, sum, element("div", { class: "controls" }, add));
  rows.addEventListener("input", update);

  function append() {
    const kind = kinds[items().length % kinds.length];
    const made = row({ kind, minutes: usual[kind] });
    rows.append(made);
    update();
    made.querySelector("select").focus();
  }

  function row({ kind, title = "", minutes }) {
    const choice = element("select", { "data-part": "kind" }, kinds.map((one) => worded("option", `segment.${one}`, { value: one })));
    choice.value = kind;
    const told = element("input", { "data-part": "title", type: "text", maxlength: 100, autocomplete: "off", value: title });
    const lasting = { type: "number", inputmode: "numeric", min: 1, max: most.minutes, step: 1, required: true, value: minutes };
    const made = element(
      "li",
      { onkeydown: (event) => onKey(event, made) },
      labelled("sessions.course.kind", choice),
      labelled("sessions.course.title", told),
      labelled("sessions.course.minutes", element("input", { "data-part": "minutes", ...lasting })),
      element(
        "div",
        { class: "controls" },
        step("up", "↑", () => move(made, -1)),
        step("down", "↓", () => move(made, 1)),
        step("remove", "✕", () => drop(made)),
      ),
    );
    return made;
  }

  const step = (name, sign, press) => {
    const words = `sessions.course.${name}`;
    return button(sign, press, { class: "small sign", "data-step": name, "data-say-label": words, "aria-label": say(words) });
  };

  /** Alt with an arrow moves the segment in which the keyboard is. */
  function onKey(event, row) {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || !way) return;
    event.preventDefault();
    move(row, way);
  }

  function move(row, way) {
    const other = way < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    // What is moved loses the focus, so that the other one is: but for these two nothing changes.
    way < 0 ? row.after(other) : row.before(other);
    update();
    announce(say("sessions.course.moved", { place: number(items().indexOf(row) + 1) }));
  }

  function drop(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    update();
    (next?.querySelector("select") ?? add).focus();
  }

  function update() {
    const planned = items().map(entered).reduce((all, { minutes }) => all + (minutes || 0), 0);
    const lasts = length();
    const words = !lasts || !planned ? "sessions.course.sum" : planned > lasts ? "sessions.course.over" : "sessions.course.within";
    write(sum, planned ? say(words, { minutes: number(planned), length: number(lasts ?? 0) }) : "");
    add.disabled = items().length >= most.segments;
    items().forEach((row, place) => row.setAttribute("aria-label", say("sessions.course.place", { place: number(place + 1) })));
  }

  return {
    node,
    update,
    value: () => (items().length ? items().map(entered) : undefined),
    fill: (segments = []) => (rows.replaceChildren(...segments.map(row)), update()),
    /** What can be seen to be wrong without asking the server. */
    fault: () => (rows.querySelector(":invalid") ? () => say("sessions.course.wrong", { most: number(most.minutes) }) : undefined),
  };
}

function entered(row) {
  const [kind, title, minutes] = ["kind", "title", "minutes"].map((part) => row.querySelector(`[data-part="${part}"]`).value.trim());
  return { kind, ...(title && { title }), ...(minutes && { minutes: Number(minutes) }) };
}

const labelled = (words, control) => element("label", { class: "field" }, worded("span", words), control);

/** The course of a session as a list: at what time of the day each segment is to begin. */
export function courseOf({ startsAt, segments = [] }) {
  let begins = Date.parse(startsAt);
  return segments.map(({ kind, title, minutes }) => {
    const line = say("sessions.course.line", {
      time: clock(begins),
      what: [term("segment", kind), title].filter(Boolean).join(" · "),
      minutes: number(minutes),
    });
    begins += minutes * 60_000;
    return line;
  });
}
