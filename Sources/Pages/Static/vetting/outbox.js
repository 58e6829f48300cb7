/** Decisions that can still be taken back: they are sent some seconds after they were made, or when the reader leaves. */

import { post } from "../shared/api.js";

/** Milliseconds in which a decision can be taken back. */
export const delay = 6_000;

/** `changed` is called whenever what waits is another; `failed` with the decision that was refused, and why. */
export function outbox({ changed, failed }) {
  const waiting = [];

  function add(decision) {
    waiting.push({ ...decision, timer: setTimeout(flush, delay) });
    changed();
  }

  /** Takes the last decision back, and gives it; undefined if all have been sent. */
  function undo() {
    const last = waiting.pop();
    if (last) clearTimeout(last.timer);
    changed();
    return last;
  }

  /** Sends what waits; decisions of a kind are one request. */
  async function flush() {
    const all = waiting.splice(0);
    for (const { timer } of all) clearTimeout(timer);
    changed();
    const groups = new Map();
    for (const { jobs, decision, findings } of all) {
      const kind = JSON.stringify({ decision, findings });
      groups.set(kind, [...(groups.get(kind) ?? []), ...jobs]);
    }
    await Promise.all(Array.from(groups, ([kind, jobs]) => send(JSON.parse(kind), jobs)));
  }

  async function send(kind, jobs) {
    try {
      await post("/v1/vettings", { jobs: jobs.map(({ id }) => id), versions: jobs.map(({ version }) => version), ...kind });
    } catch (problem) {
      failed(jobs, problem);
    }
  }

  // Whoever leaves the page has decided; `pagehide` alone does not come on every phone.
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.hidden && flush());

  return { add, undo, flush, waiting: () => waiting };
}
