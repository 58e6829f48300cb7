/** The viewers' questions as the host sees them: what is open in the order of asking, then what was answered, newest first. */

import { post } from "../shared/api.js";
import { act, button, complain, element, empty, find, list, show, write } from "../shared/dom.js";
import { paged } from "../shared/paged.js";
import { number, say } from "../shared/text.js";

export function questions(path) {
  const open = paged(`${path}/questions?status=asked&limit=50`, find("#questions-more"), render);
  const answered = paged(`${path}/questions?status=answered&limit=20`, find("#answered-more"), render);
  let seen = "";
  let loading = null;
  let isStale = false;

  /** Loads both lists as far as they are shown; while it does, further wishes are one more load. */
  function load() {
    isStale = true;
    loading ??= loadAll().finally(() => (loading = null));
    return loading;
  }

  async function loadAll() {
    while (isStale) {
      isStale = false;
      await Promise.all([open.load(), answered.load()]);
    }
  }

  /** Counters tell that there is something new to fetch; questions themselves are not broadcast. */
  function expect(questions) {
    const next = JSON.stringify(questions);
    if (next === seen) return;
    seen = next;
    load().catch(complain);
  }

  function render() {
    list(find("#questions"), open.items, entry);
    list(find("#answered"), answered.items, entry);
    const none = answered.items.length ? "studio.questions.all" : "studio.questions.none";
    show(find("#questions-empty"), !open.items.length && empty(say(none)));
    const count = number(open.items.length) + (open.hasMore() ? "+" : "");
    write(find("#questions-sum"), open.items.length ? say("studio.questions.open", { count }) : "");
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
