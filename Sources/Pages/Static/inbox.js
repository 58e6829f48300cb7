/** The viewers' questions as the host sees them: what is open comes first. */

import { pages, post } from "./api.js";
import { act, button, complain, element, empty, find, list, show, write } from "./page.js";
import { say } from "./text.js";

export function inbox(path) {
  let items = [];
  let seen = "";

  async function load() {
    const all = [];
    for await (const some of pages(`${path}/questions?limit=200`)) all.push(...some);
    items = all.filter(({ status }) => status === "asked" || status === "answered");
    render();
  }

  /** Counters tell that there is something new to fetch; questions themselves are not broadcast. */
  function expect(questions) {
    const next = JSON.stringify(questions);
    if (next === seen) return;
    seen = next;
    load().catch(complain);
  }

  function render() {
    const open = items.filter(({ status }) => status === "asked");
    list(find("#questions"), [...open, ...items.filter(({ status }) => status === "answered").reverse()], entry);
    show(find("#questions-empty"), !items.length && empty(say("studio.questions.none")));
    write(find("#questions-sum"), open.length ? say("studio.questions.open", { count: open.length }) : "");
  }

  function entry({ id, text, status, answer }) {
    const settled = () => element("p", { class: answer ? "answer" : "soft" }, answer ?? say("watch.question.live"));
    return element("li", {}, element("p", { class: "question" }, text), status === "answered" ? settled() : controls(id, text));
  }

  function controls(id, text) {
    const to = `${path}/questions/${id}`;
    const reply = replyForm(to);
    const control = (name, press) => button(say(name), press, { class: "small", "aria-label": `${say(name)}: ${text}` });
    const all = [
      control("studio.answer.live", () => post(`${to}/answer`, { mode: "live" }).then(load)),
      control("studio.answer.text", () => toggle(reply)),
      control("studio.hide", () => post(`${to}/hiding`, { reason: say("studio.hide.reason") }).then(load)),
    ];
    return element("div", {}, element("p", { class: "controls" }, all), reply);
  }

  function toggle(reply) {
    reply.hidden = !reply.hidden;
    if (!reply.hidden) reply.elements.text.focus();
  }

  function replyForm(to) {
    const about = { name: "text", required: true, maxlength: 500, autocomplete: "off" };
    const field = element("input", { ...about, "aria-label": say("studio.answer.label") });
    const send = element("button", { type: "submit", class: "primary" }, say("studio.answer.send"));
    const answer = (event) => {
      event.preventDefault();
      act(send, () => post(`${to}/answer`, { mode: "text", text: field.value.trim() }).then(load));
    };
    return element("form", { class: "together", hidden: true, onsubmit: answer }, field, send);
  }

  return { load, expect, render };
}
