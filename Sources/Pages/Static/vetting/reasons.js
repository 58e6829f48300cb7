/** Why a job is not approved: what is often wrong, what a look at its text found, and the reviewer's own words. */

import { element, find, show, worded } from "../shared/dom.js";
import { say } from "../shared/text.js";

/** Sentences as whoever posted the job reads them; the pages' words are their translations. */
const usual = ["pay", "place", "duties", "discrimination", "fees", "false", "company", "contact"];

export function reasons() {
  const own = element("input", { id: "reason-own", maxlength: 500, autocomplete: "off" });
  const boxes = element("div", { class: "checks" });
  const node = element("fieldset", { id: "reasons" }, worded("legend", "vetting.reasons"), boxes, own);
  let found = [];

  function render() {
    own.placeholder = say("vetting.reason.own");
    own.setAttribute("aria-label", own.placeholder);
    const ticked = new Set(chosenBoxes());
    const known = usual.map((name) => ({ value: say.chinese(`vetting.reason.${name}`), words: say(`vetting.reason.${name}`) }));
    const all = [...found, ...known.filter(({ value }) => !found.some((one) => one.value === value))];
    show(boxes, all.map(({ value, words }, index) => box(value, words, index, ticked.has(value))));
  }

  const box = (value, words, index, checked) =>
    element(
      "label",
      { class: "check" },
      element("input", { type: "checkbox", value, checked, id: `reason-${index + 1}` }),
      element("span", {}, words, index < 9 && element("kbd", { "aria-hidden": "true" }, String(index + 1))),
    );

  const chosenBoxes = () => Array.from(boxes.querySelectorAll(":checked"), ({ value }) => value);

  return {
    node,
    render,
    /** Begins anew for another job, with what was found in it chosen. */
    begin(findings) {
      found = findings;
      own.value = "";
      show(boxes);
      render();
      for (const one of boxes.querySelectorAll("input")) one.checked = findings.some(({ value }) => value === one.value);
    },
    toggle(digit) {
      const one = find(`#reason-${digit}`);
      if (one) one.checked = !one.checked;
    },
    chosen: () => [...chosenBoxes(), own.value.trim()].filter(Boolean),
    focus: () => boxes.querySelector("input")?.focus(),
  };
}
