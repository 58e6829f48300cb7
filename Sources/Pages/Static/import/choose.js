/** A file of jobs is chosen and sent, with what was sent before beside it. */

import { get, newIdentifier, remove, upload } from "../shared/api.js";
import { announce, button, complain, element, find, show } from "../shared/dom.js";
import { fileButton } from "../shared/file.js";
import { saved } from "../shared/save.js";
import { moment, number, say } from "../shared/text.js";
import { columnNames } from "./columns.js";

/** The largest file that the server takes, in bytes. */
const largest = 16 << 20;
/** Milliseconds between two questions how far the server is. */
const pulse = 400;

export const addressOf = (id) => `/import?id=${id}`;

export async function openChooser(identity) {
  const imports = (await get("/v1/imports")).items;
  const scoped = identity.grants.filter(({ organisation }) => organisation);
  const organisations = new Map(scoped.map(({ organisation, organisationName }) => [organisation, organisationName ?? organisation]));
  const sheet = new URLSearchParams(location.search).get("sheet") ?? undefined;
  let chosen = organisations.size > 1 ? [...organisations.keys()][0] : undefined;

  const accepted = { id: "file", accept: ".xlsx,.csv,.txt,.tsv", "aria-describedby": "file-note" };
  const file = fileButton("file.choose", accepted, (taken) => take(taken));
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
      const read = (name) => send(taken, chosen, name, zone);
      const draft = await read(sheet);
      if (sheet || !(draft.source?.sheets?.length > 1)) return goTo(draft);
      askSheet(draft, read, zone);
    } catch (problem) {
      zone.removeAttribute("aria-busy");
      file.input.value = "";
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
      imports.length > 0 && element(
        "section",
        { class: "panel" },
        element("h2", {}, say("import.earlier")),
        element("ul", { class: "earlier" }, imports.map(earlier)),
      ),
    );
    if (zone.getAttribute("aria-busy") === "true" || zone.querySelector("[data-sheet]")) return;
    file.render();
    show(
      zone,
      sheet && element("p", { class: "note" }, say("import.sheet.again", { sheet })),
      element("h2", {}, say("import.file")),
      element("p", { class: "soft", id: "file-note" }, say("import.file.note")),
      file.node,
      element("div", { id: "file-problem" }),
      organisations.size > 1 && organisation(),
      element("p", {}, button(say("import.template"), () => saved(template(), say("import.template.name"), "text/csv"), { class: "link" })),
    );
  }

  function organisation() {
    const options = [...organisations].map(([id, name]) => element("option", { value: id, selected: id === chosen }, name));
    return [
      element("label", { for: "organisation" }, say("import.organisation")),
      element("select", { id: "organisation", onchange: ({ target }) => (chosen = target.value) }, options),
    ];
  }

  render();
  return render;
}

function earlier(draft) {
  const facts = [moment(draft.createdAt), sheetOf(draft), outcome(draft)].filter(Boolean).join(" · ");
  return element("li", {}, element("a", { href: addressOf(draft.id) }, draft.name), element("span", { class: "soft" }, facts));
}

/** What an import has come to so far. */
function outcome({ state, counts, result }) {
  if (result) return say("import.posted", { count: number(result.posted) });
  return counts ? say("import.counts", { good: number(counts.good), faulty: number(counts.faulty) }) : say(`import.state.${state}`);
}

/** Which sheet of a workbook of several was read. */
const sheetOf = ({ source }) => source?.sheets?.length > 1 && say("import.source.sheet", { sheet: source.sheet });

/** Sends a file, and gives its import; `place` shows how far it is. */
async function send(file, organisation, sheet, place) {
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
  const options = { method: "PUT", type: "application/octet-stream" };
  const sent = upload(`/v1/imports/${id}?${query}`, file, progressed, options).finally(() => (isOver = true));

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

  return sent;
}

/** Asks which sheet of a workbook is to be imported, of which `draft` has read the first; `read` imports another, which takes its place. */
function askSheet(draft, read, place) {
  const { sheet, sheets } = draft.source;
  const press = async (name) => {
    if (name === sheet) return goTo(draft);
    try {
      const other = await read(name);
      await remove(`/v1/imports/${draft.id}`);
      goTo(other);
    } catch (problem) {
      askSheet(draft, read, place);
      throw problem;
    }
  };
  place.removeAttribute("aria-busy");
  show(
    place,
    element("h2", { id: "sheet-title" }, say("import.sheet.which", { name: draft.name })),
    element(
      "ul",
      { class: "controls", "aria-labelledby": "sheet-title" },
      sheets.map((name) => element("li", {}, button(name, () => press(name), { "data-sheet": name }))),
    ),
  );
  place.querySelector("button").focus();
}

const goTo = ({ id }) => location.assign(addressOf(id));

/** An empty table with one job as an example, in UTF-8 with a mark by which spreadsheet programs know it. */
function template() {
  const example = {
    company: "桂林示例电子有限公司",
    uscc: "",
    title: "电子装配工",
    occupation: "电子产品装配",
    duties: "在流水线上装配和检查产品",
    conditions: "初中以上，能适应两班倒",
    place: "桂林市七星区高新路 1 号",
    region: "450305",
    pay: "4500-6500元/月",
    openings: "20",
    validThrough: inDays(60),
    terms: "包吃包住、五险一金、两班倒、月休4天、每天8小时",
    source: "原创",
  };
  const cells = [Object.keys(example).map((column) => columnNames[column][0]), Object.values(example)];
  return `\uFEFF${cells.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\r\n")}\r\n`;
}

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
