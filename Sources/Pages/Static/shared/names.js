/** The names of organisations and companies, asked for once each. */

import { get } from "./api.js";

const known = new Map();

/** The name of an organisation or company; what has none is called by its identifier. */
export function nameOf(id) {
  if (!known.has(id)) known.set(id, get(`/v1/companies/${id}`).then(({ name }) => name, () => id));
  return known.get(id);
}
