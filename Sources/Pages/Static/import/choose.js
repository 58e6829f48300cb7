/** A file of jobs is chosen and sent, with what was sent before beside it. */

import { get, newIdentifier, upload } from "../shared/api.js";
import { announce, button, complain, element, find, show } from "../shared/dom.js";
import { moment, number, say } from "../shared/text.js";
import { columnNames } from "./columns.js";
import { saved } from "./save.js";

/** The largest file that the server takes, in bytes. */
const largest = 16 << 20;
/** Milliseconds between two questions how far the server is. */
const pulse = 400;

export const addressOf = (id) => `/import?id=${id}`;

export async function openChooser(identity) {
  const imports = (await get("/v1/imports")).items;
  const organisations = new Map(identity.grants.filter(({ organisation }) => organisation).map((one) => [one.organisation, one.organisationName ?? one.organisation]));
  let chosen = organisations.size > 1 ? [...organisations.keys()][0] : undefined;

  const file = element("input", { type: "file", id: "file", accept: ".xlsx,.csv,.txt,.tsv", "aria-describedby": "file-note", onchange: () => take(file.files[0]) });
  const zone = element("section", { class: "panel dropzone", id: "drop" });
  for (const name of ["dragover", "dragenter"]) zone.addEventListener(name, (event) => hover(event, true));
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, (event) => hover(event, false));
  zone.addEventListener("drop", ({ dataTransfer }) => take(dataTransfer.files[0]));

  function hover(event, isOver) {
    event.preventDefault();
    zone.classList.toggle("over", isOver);
  }

  async function take(taken) {
    if (!taken || zone.getAttribute("aria-busy") === "true") return;
    if (taken.size > largest) return announce(say("import.large", { limit: 16 }), "failed");
    zone.setAttribute("aria-busy", "true");
    try {
      await send(taken, chosen, undefined, zone);
    } catch (problem) {
      zone.removeAttribute("aria-busy");
      file.value = "";
      render();
      show(find("#file-problem"), element("p", { class: "error", role: "alert" }, problem.message ?? String(problem)));
      if (!("status" in problem)) complain(problem);
    }
  }

  function render() {
    show(
      find("#main"),
      element("h1", {}, say("nav.import")),
      zone,
      imports.length > 0 && element("section", { class: "panel" }, element("h2", {}, say("import.earlier")), element("ul", { class: "earlier" }, imports.map(earlier))),
    );
    if (zone.getAttribute("aria-busy") === "true") return;
    show(
      zone,
      element("label", { for: "file" }, say("import.file")),
      element("p", { class: "soft", id: "file-note" }, say("import.file.note")),
      file,
      element("div", { id: "file-problem" }),
      organisations.size > 1 && organisation(),
      element("p", {}, button(say("import.template"), () => saved(template(), say("import.template.name"), "text/csv"), { class: "link" })),
    );
  }

  function organisation() {
    const options = [...organisations].map(([id, name]) => element("option", { value: id, selected: id === chosen }, name));
    return [element("label", { for: "organisation" }, say("import.organisation")), element("select", { id: "organisation", onchange: ({ target }) => (chosen = target.value) }, options)];
  }

  render();
  return render;
}

function earlier({ id, name, state, createdAt, counts, result }) {
  const what = result ? say("import.posted", { count: number(result.posted) }) : counts ? say("import.counts", { good: number(counts.good), faulty: number(counts.faulty) }) : say(`import.state.${state}`);
  return element("li", {}, element("a", { href: addressOf(id) }, name), element("span", { class: "soft" }, `${moment(createdAt)} · ${what}`));
}

/** Sends a file and goes to its import; `place` shows how far it is. */
export async function send(file, organisation, sheet, place) {
  const id = newIdentifier();
  const query = new URLSearchParams({ name: file.name.slice(0, 200), ...(organisation && { organisation }), ...(sheet && { sheet }) });
  const bar = element("progress", { max: 1, value: 0, "aria-labelledby": "progress-note" });
  const note = element("p", { id: "progress-note", role: "status" });
  show(place, note, bar);
  const tell = (words, values) => (note.textContent = say(words, values));
  tell("import.sending", { name: file.name });
  let isOver = false;
  let isSent = false;
  const progressed = (part) => {
    bar.value = part;
    if (part === 1 && !isSent) watch();
  };
  // What the file is, its bytes tell.
  const sent = upload(`/v1/imports/${id}?${query}`, file, progressed, { method: "PUT", type: "application/octet-stream" }).finally(() => (isOver = true));

  async function watch() {
    isSent = true;
    bar.removeAttribute("value");
    tell("import.state.reading");
    while (!isOver) {
      await new Promise((resume) => setTimeout(resume, pulse));
      const { state, done } = await get(`/v1/imports/${id}`).catch(() => ({}));
      if (!isOver && state) tell(`import.progress.${state === "reading" ? "reading" : "checking"}`, { count: number(done) });
    }
  }

  await sent;
  location.assign(addressOf(id));
}

/** An empty table with one job as an example, in UTF-8 with a mark by which spreadsheet programs know it. */
function template() {
  const example = {
    company: "桂林示例电子有限公司", uscc: "", title: "电子装配工", occupation: "电子产品装配", duties: "在流水线上装配和检查产品", conditions: "初中以上，能适应两班倒",
    place: "桂林市七星区高新路 1 号", region: "450305", pay: "4500-6500元/月", openings: "20", validThrough: inDays(60), terms: "包吃包住、五险一金、两班倒、月休4天、每天8小时", source: "原创",
  };
  const cells = [Object.keys(example).map((column) => columnNames[column][0]), Object.values(example)];
  return `\uFEFF${cells.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\r\n")}\r\n`;
}

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
