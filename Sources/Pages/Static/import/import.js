import { get, identifier } from "../shared/api.js";
import { frame } from "../shared/frame.js";
import { learn } from "../shared/text.js";
import { openChooser } from "./choose.js";
import { openImport } from "./draft.js";
import { importWords } from "./words.js";

learn(importWords);

/** A file to be chosen, or the import that the address names. */
async function begin(identity) {
  const id = identifier("id");
  return id ? openImport(await get(`/v1/imports/${id}`)) : openChooser(identity);
}

frame("import", begin);
