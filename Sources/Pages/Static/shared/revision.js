/** What is another in something that was revised. */

/**
 * A revision as the server takes it: each of the `parts` that is another in `after` than in `before`, and under `removed` the names of
 * those that are no more.
 */
export function changes(before, after, parts) {
  const changed = parts.filter((part) => after[part] !== undefined && inOrder(after[part]) !== inOrder(before[part]));
  const removed = parts.filter((part) => before[part] !== undefined && after[part] === undefined);
  return { ...Object.fromEntries(changed.map((part) => [part, after[part]])), ...(removed.length && { removed }) };
}

/** A value as text in which the order of names does not count, nor that of texts in a list, as of what was chosen. */
const inOrder = (value) =>
  JSON.stringify(value, (_, inner) => {
    if (Array.isArray(inner)) return inner.every((one) => typeof one === "string") ? [...inner].sort() : inner;
    return inner && typeof inner === "object" ? Object.fromEntries(Object.entries(inner).sort()) : inner;
  });
