/** A company's documents: put on file, looked at, taken from it. */

import { all, fetchFile, remove, upload } from "../shared/api.js";
import { act, announce, button, complain, element, empty, list, show, worded, write } from "../shared/dom.js";
import { fileButton } from "../shared/file.js";
import { open } from "../shared/sheet.js";
import { day, moment, number, say } from "../shared/text.js";

const kinds = ["businessLicence", "agencyLicence", "identityOfRepresentative", "authorisation", "premisesPhoto", "other"];
/** Bytes of the largest file that is taken. */
const most = 5 * 1024 * 1024;

export function documentsOf(path, mayFile, changed) {
  const [rows, nothing] = [element("ul", { id: "documents", class: "talk" }), element("div", {})];
  let items;
  /** The button for a file, of those who may file one. */
  let file = null;
  const node = element(
    "section",
    { class: "panel", "aria-labelledby": "documents-title" },
    worded("h2", "companies.documents", { id: "documents-title" }),
    rows,
    nothing,
    mayFile && filing(),
  );

  async function load() {
    items = await all(`${path}/documents?limit=200`);
    render();
  }

  function render() {
    if (!items) return;
    list(rows, items, row);
    if (file) file.render();
    show(nothing, !items.length && empty(say("companies.documents.none")));
  }

  function row({ id, kind, form, size, validUntil, by, at }) {
    const facts = [
      form.toUpperCase(),
      say("companies.documents.size", { size: number(Math.ceil(size / 1024)) }),
      validUntil && say("companies.documents.until", { date: day(validUntil) }),
      moment(at),
      by,
    ];
    const name = say(`document.${kind}`);
    return element(
      "li",
      { class: "submission" },
      element("div", {}, element("b", {}, name), element("p", { class: "soft" }, facts.filter(Boolean).join(" · "))),
      element(
        "div",
        { class: "controls" },
        button(
          say("companies.documents.open"),
          () => look(`${path}/documents/${id}`, name, form),
          { class: "small", "aria-label": `${say("companies.documents.open")}：${name}` },
        ),
        mayFile && button(
          say("companies.documents.withdraw"),
          (control) => withdraw(control, id),
          { class: "small danger", "aria-label": `${say("companies.documents.withdraw")}：${name}` },
        ),
      ),
    );
  }

  /** Takes a document from the file, at a second press: what was kept of it is gone. */
  async function withdraw(control, id) {
    if (!control.dataset.sure) {
      control.dataset.sure = "true";
      return write(control, say("companies.documents.withdraw.sure"));
    }
    await remove(`${path}/documents/${id}`);
    await changed();
  }

  function filing() {
    const choice = element(
      "select",
      { id: "document-kind", name: "kind" },
      kinds.map((kind) => worded("option", `document.${kind}`, { value: kind })),
    );
    const until = element("input", { id: "document-until", name: "validUntil", type: "date" });
    const accepted = { id: "document-file", accept: "application/pdf,image/jpeg,image/png", required: true };
    file = fileButton("file.choose", { ...accepted, "aria-describedby": "document-hint document-error" });
    const [bar, error] = [
      element("progress", { id: "document-progress", max: 1, hidden: true, "data-say-label": "companies.documents.progress" }),
      element("p", { id: "document-error", class: "error", role: "alert" }),
    ];
    const send = worded("button", "companies.documents.file", { type: "submit" });
    const field = (control, words) => element("div", { class: "field" }, worded("label", words, { for: control.id }), control);
    const form = element(
      "form",
      { id: "document", class: "fields", novalidate: true },
      element("div", { class: "pair" }, field(choice, "companies.documents.kind"), field(until, "companies.documents.validUntil")),
      element("div", { class: "field" }, worded("b", "companies.documents.choose"), file.node),
      worded("p", "companies.documents.hint", { id: "document-hint", class: "soft" }),
      bar,
      error,
      element("div", { class: "controls" }, send),
    );

    async function work() {
      const [chosen] = file.input.files;
      error.textContent = !chosen ? say("companies.documents.missing") : chosen.size > most ? say("companies.documents.large") : "";
      if (error.textContent) return file.input.focus();
      bar.hidden = false;
      bar.value = 0;
      const query = new URLSearchParams({ kind: choice.value, ...(until.value && { validUntil: until.value }) });
      try {
        await upload(`${path}/documents?${query}`, chosen, (part) => (bar.value = part));
        form.reset();
        file.render();
        announce(say("companies.documents.filed"));
        await changed();
      } catch (problem) {
        error.textContent = problem.message;
      } finally {
        bar.hidden = true;
      }
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act(send, work);
    });
    return form;
  }

  return { node, load, render, items: () => items };
}

/** Shows a picture in a sheet; a PDF is opened beside the page, or kept where a browser can't show it. */
async function look(path, name, form) {
  const address = URL.createObjectURL(await fetchFile(path));
  if (form === "pdf") {
    element("a", { href: address, download: `${name}.pdf` }).click();
    return setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
  const close = worded("button", "close", { type: "button", "data-close": true, autofocus: true });
  const dialog = element(
    "dialog",
    { class: "sheet picture", "aria-label": name },
    element("div", { class: "head" }, element("h2", {}, name), close),
    element("img", { src: address, alt: name }),
  );
  document.body.append(dialog);
  open(dialog).then(() => {
    dialog.remove();
    URL.revokeObjectURL(address);
  }, complain);
}
