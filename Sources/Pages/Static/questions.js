/** Questions as viewers see them: what was answered, what they asked themselves, and a field to ask. */

import { page, post } from "./api.js";
import { act, announce, element, empty, find, list, show, soon } from "./page.js";
import { say } from "./text.js";

export function questions(session, room) {
  const path = `/v1/sessions/${session}/questions`;
  const form = find("#ask");
  /** Texts asked on this page; the server knows the asker only by a pseudonym. */
  const asked = new Set();
  let answered = [];

  async function load() {
    const { items } = await page(`${path}?limit=200`);
    answered = items.filter(({ status }) => status === "answered");
    for (const { text, status } of items) if (status !== "asked") asked.delete(text);
    render();
  }

  function render() {
    const own = Array.from(asked, (text) => ({ text, state: say("watch.question.waiting") }));
    const others = answered.map(({ id, text, answer }) => ({ id, text, answer, state: say("watch.question.live") }));
    list(find("#questions"), [...own, ...others.reverse()], entry);
    show(find("#questions-empty"), !own.length && !others.length && empty(say("watch.questions.none")));
    form.hidden = !["live", "interrupted"].includes(room().status);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(form.elements.send, async () => {
      const text = form.elements.text.value.trim();
      if (!text) return;
      await post(path, { text });
      asked.add(text);
      form.reset();
      announce(say("watch.question.sent"));
      render();
    });
  });

  return { load, reload: soon(load), render };
}

function entry({ text, answer, state }) {
  const what = element("p", { class: answer ? "answer" : "soft" }, answer ?? state);
  return element("li", {}, element("p", { class: "question" }, text), what);
}
