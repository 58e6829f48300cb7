import { get, holder } from "./api.js";
import { element, empty, find, part, show, speak } from "./page.js";
import { number, say } from "./text.js";

let status = null;

/** How far each projection is behind the log, and why; asked again every two seconds while somebody looks. */
const render = () => status && showStatus(status);

const showStatus = part(({ head, projections }) => {
  document.title = `${say("operations.title")} · Jobcast`;
  find("#head").textContent = say("operations.head", { count: number(head) });
  const line = ({ name, position, behind, behindMs, parked, error }) => {
    const figures = [number(position), number(behind), (behindMs / 1000).toFixed(1), number(parked), error ?? "–"];
    return element("tr", {}, element("th", { scope: "row" }, name), figures.map((figure) => element("td", {}, figure)));
  };
  show(find("#projections"), projections.map(line));
});

async function refresh() {
  if (document.hidden) return;
  try {
    status = await get("/v1/status");
    find("#failure").textContent = "";
    render();
  } catch (problem) {
    find("#failure").textContent = problem.message;
  }
}

speak(render);
if (holder().role === "operator") {
  refresh();
  setInterval(refresh, 2_000);
} else show(find("#main"), empty(say("operations.denied")));
