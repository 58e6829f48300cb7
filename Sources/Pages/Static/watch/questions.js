/** Questions as viewers see them: those of their own that wait, what was answered, newest first, and a field to ask. */

import { all, post } from "../shared/api.js";
import { act, announce, element, empty, find, list, show, soon } from "../shared/dom.js";
import { paged } from "../shared/paged.js";
import { say } from "../shared/text.js";

/** `room` gives the room as it is now; `mayAsk` tells whether who looks may ask. */
export function questions(session, room, mayAsk) {
  const path = `/v1/sessions/${session}/questions`;
  const form = find("#ask");
  const answered = paged(`${path}?status=answered&limit=30`, find("#questions-more"), () => render());
  let waiting = [];

  const load = () => Promise.all([answered.load(), mayAsk() && loadWaiting()]);

  /** An answer is news for everybody in the room, at the same time; only who waits for one asks whether it was that. */
  const reload = soon(() => Promise.all([answered.load(), waiting.length > 0 && loadWaiting()]));

  async function loadWaiting() {
    waiting = (await all(`${path}?mine=true&status=asked&limit=200`)).reverse();
    render();
  }

  function render() {
    const settled = new Set(answered.items.map(({ id }) => id));
    const told = [...waiting.filter(({ id }) => !settled.has(id)), ...answered.items];
    const items = told.map(({ id, text, status, answer }) => ({ id, text, status, answer }));
    list(find("#questions"), items, entry);
    show(find("#questions-empty"), !items.length && empty(say("watch.questions.none")));
    form.hidden = !mayAsk() || !["live", "interrupted"].includes(room().status);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(form.elements.send, async () => {
      const text = form.elements.text.value.trim();
      if (!text) return;
      await post(path, { text });
      form.reset();
      announce(say("watch.question.sent"));
      await loadWaiting();
    });
  });

  return { load, reload, render };
}

function entry({ text, status, answer }) {
  const state = say(status === "answered" ? "watch.question.live" : "watch.question.waiting");
  return element("li", {}, element("p", { class: "question" }, text), element("p", { class: answer ? "answer" : "soft" }, answer ?? state));
}
