import { get } from "../shared/api.js";
import { element, find, memo, show, write } from "../shared/dom.js";
import { frame, giveUp } from "../shared/frame.js";
import { number, say, term } from "../shared/text.js";

/** How far each projection is behind the log, and how each process is; asked again every two seconds while somebody looks. */
let status = null;
let timer = null;

const draw = () => showStatus(status);

/** What was last known is no answer to how it is now: without a status nothing is shown. */
const showStatus = memo((known) => {
  const { head, projections, processes } = known ?? { projections: [], processes: [] };
  write(find("#head"), known ? say("operations.head", { count: number(head) }) : "");
  const line = (title, figures) =>
    element("tr", {}, element("th", { scope: "row" }, title), figures.map((figure) => element("td", {}, figure)));
  const seconds = (milliseconds) => (milliseconds / 1000).toFixed(1);
  const folded = ({ name, position, behind, behindMs, parked, error }) =>
    line(term("projection", name), [number(position), number(behind), seconds(behindMs), number(parked), error ?? "–"]);
  const done = ({ name, node, idleMs, error }) => line(term("process", name), [node, seconds(idleMs), error ?? "–"]);
  show(find("#projections"), projections.map(folded));
  show(find("#processes"), processes.map(done));
});

async function refresh() {
  if (document.hidden) return;
  try {
    status = await get("/v1/status");
    find("#failure").textContent = "";
  } catch (problem) {
    if (problem.status === 403) {
      clearInterval(timer);
      return giveUp(problem);
    }
    status = null;
    find("#failure").textContent = problem.message;
  }
  draw();
}

async function begin() {
  await refresh();
  timer = setInterval(refresh, 2_000);
  return draw;
}

frame("operations", begin);
