/** What the rules find in a job while it is being written, how complete it is, and which occupations there are. */

import { get, post } from "../shared/api.js";
import { button, element, show, worded, write } from "../shared/dom.js";
import { findingText } from "../shared/job.js";
import { number, say } from "../shared/text.js";
import { asJob, jobFields } from "./fields.js";

/** Milliseconds after the last letter until the rules are asked. */
const rest = 600;
const drafted = ["title", "occupation", "duties", "conditions", "place", "pay", "terms", "occupationCode"];
const described = jobFields.flatMap((one) => one.fields ?? one).flat();

/** A place beside the form `made` that says what is found in it from now on. */
export function lintOf(made) {
  const [score, bar, missing, findings] = [
    element("p", { id: "completeness", role: "status" }),
    element("progress", { max: 100, value: 40, "aria-hidden": "true" }),
    element("div", { class: "controls" }),
    element("ul", { id: "findings", class: "findings", "aria-live": "polite" }),
  ];
  const node = element(
    "aside",
    { class: "panel", id: "lint", "aria-labelledby": "lint-title" },
    worded("h2", "lint.title", { id: "lint-title" }),
    score,
    bar,
    missing,
    findings,
  );
  const { node: form } = made;
  let timer = null;
  let latest = 0;
  let found = null;

  async function look() {
    const asked = (latest += 1);
    // What is wrong with a single field, or too much at once, is told when the form is sent.
    const answer = await post("/v1/lint", draft()).catch(() => null);
    if (!answer || asked !== latest) return;
    found = answer;
    render();
  }

  /** As much of the job as there is; a pay of which a part is missing is none yet. */
  function draft() {
    const entered = asJob(made.values());
    const { pay } = entered;
    if (!pay?.minimum || !pay.maximum || pay.minimum > pay.maximum || !pay.unit) delete entered.pay;
    return Object.fromEntries(drafted.filter((name) => entered[name] !== undefined).map((name) => [name, entered[name]]));
  }

  function render() {
    if (!found) return;
    const { completeness, lint, occupationName } = found;
    write(score, say("lint.score", { score: number(completeness.score) }));
    bar.value = completeness.score;
    show(missing, completeness.missing.slice(0, 6).map(proposal));
    const line = (finding) => element(
      "li",
      { class: finding.severity },
      element("b", {}, say(`lint.${finding.severity}`)),
      " ",
      findingText(finding),
    );
    show(findings, lint.findings.length ? lint.findings.map(line) : element("li", { class: "soft" }, say("lint.none")));
    const notes = new Map();
    for (const finding of lint.findings) notes.set(
      finding.field,
      [notes.get(finding.field), findingText(finding)].filter(Boolean).join("\n"),
    );
    if (occupationName) notes.set("occupationCode", occupationName);
    made.note(notes);
  }

  /** A button that leads to a field which would tell people more. */
  function proposal(name) {
    const field = described.find((one) => one.name === name || one.name.startsWith(`${name}/`));
    return field && button(
      `＋ ${say(field.words)}`,
      () => made.goTo(field.name),
      { class: "small", id: `add-${field.name.replaceAll("/", "-")}` },
    );
  }

  async function propose(text) {
    if (!text.trim()) return;
    const { items } = await get(`/v1/occupations?limit=20&q=${encodeURIComponent(text.trim())}`).catch(() => ({ items: [] }));
    show(occupations, items.map(({ code, name }) => element("option", { value: code }, name)));
  }

  const occupations = element("datalist", { id: `${form.id}-occupations` });
  form.append(occupations);
  form.elements.occupationCode.setAttribute("list", occupations.id);
  form.addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(look, rest);
    if (["occupation", "occupationCode"].includes(target.name)) propose(target.value);
  });
  return { node, look, render };
}
