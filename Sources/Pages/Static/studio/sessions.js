/** Where a host finds the own sessions and schedules a new one. */

import { all, get, post, who } from "../shared/api.js";
import { absent, act, element, empty, find, show } from "../shared/dom.js";
import { mayRun, sessionCard } from "../shared/session.js";
import { say } from "../shared/text.js";

const formats = ["crossProvince", "county", "campus", "businessDistrict", "flexible"];
const order = ["live", "interrupted", "scheduled", "ended", "cancelled"];

export function openSessions() {
  const form = find("#schedule");
  let sessions = [];
  let policies = [];
  /** To whom a new session can belong, by the value of its option; "" is the authority itself. */
  let owners = new Map();
  let draw = render;

  function render() {
    const cards = sessions.map((session) => sessionCard(session, links(session)));
    show(find("#sessions"), cards.length ? cards : empty(say("studio.sessions.none")));
    const format = form.elements.format.value || formats[0];
    show(form.elements.format, formats.map((name) => element("option", { value: name, selected: name === format }, say(`format.${name}`))));
    const owner = form.elements.organisation.value;
    const option = ([value, name]) => element("option", { value, selected: value === owner }, name || say("studio.schedule.everybody"));
    show(form.elements.organisation, Array.from(owners, option));
    find("#schedule-owner").hidden = owners.size < 2;
  }

  /** Whoever acts for one organisation alone has nothing to choose. */
  async function loadOwners() {
    const grants = who().grants.filter(({ role }) => role === "host" || role === "operator");
    const own = [...new Set(grants.map(({ organisation }) => organisation).filter(Boolean))];
    const isFree = grants.some(({ organisation, session }) => !organisation && !session);
    const name = (id) => get(`/v1/companies/${id}`).then(({ name }) => name, () => id);
    const named = await Promise.all(own.map(async (id) => [id, await name(id)]));
    owners = new Map([...(isFree ? [["", ""]] : []), ...named]);
  }

  function offerPolicies() {
    const box = (id) => element("input", { type: "checkbox", name: "policies", value: id });
    const choices = policies.map(({ id, title }) => element("label", { class: "check" }, box(id), title));
    find("#schedule-policies").append(...(choices.length ? choices : [empty(say("studio.policies.none"))]));
  }

  async function load() {
    await loadOwners();
    sessions = (await all("/v1/sessions?limit=200")).filter(mayRun).sort(bySense);
    render();
    policies = await all("/v1/policies?limit=200");
    offerPolicies();
  }

  function links({ id, status }) {
    const isOn = status === "live" || status === "interrupted";
    return [
      [`/studio?session=${id}`, say("studio.open"), isOn && "primary"],
      [`/insight?session=${id}`, say("lobby.insight")],
    ];
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(form.querySelector("[type=submit]"), schedule);
  });

  async function schedule() {
    const { title, format, startsAt, endsAt, base, organisation } = Object.fromEntries(new FormData(form));
    const [starts, ends] = [new Date(startsAt), new Date(endsAt)];
    const error = find("#schedule-error");
    error.textContent = ends > starts ? "" : say("studio.schedule.order");
    if (error.textContent) return form.elements.endsAt.focus();
    const chosen = new FormData(form).getAll("policies");
    const extras = { ...(base.trim() && { base: base.trim() }), ...(chosen.length && { policies: chosen }), ...(organisation && { organisation }) };
    try {
      const times = { startsAt: starts.toISOString(), endsAt: ends.toISOString() };
      const { id } = await post("/v1/sessions", { title: title.trim(), format, ...times, ...extras });
      location.assign(`/studio?session=${id}`);
    } catch (problem) {
      error.textContent = problem.message;
    }
  }

  proposeTimes(form);
  render();
  load().catch((problem) => {
    draw = () => absent(problem.message, problem.isPassing);
    draw();
  });
  return () => draw();
}

/** What is on first, then what comes soonest, then what was last. */
function bySense(one, other) {
  const [rank, otherRank] = [one, other].map(({ status }) => order.indexOf(status));
  const later = Date.parse(one.startsAt) - Date.parse(other.startsAt);
  return rank - otherRank || (rank > order.indexOf("scheduled") ? -later : later);
}

/** The next full hour, for an hour and a half. */
function proposeTimes(form) {
  const start = new Date();
  start.setHours(start.getHours() + 1, 0, 0, 0);
  const local = (date) => new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  form.elements.startsAt.value = local(start);
  form.elements.endsAt.value = local(new Date(start.getTime() + 90 * 60_000));
}
