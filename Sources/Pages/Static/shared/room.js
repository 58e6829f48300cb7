/** The state of a session's room, folded from the live connection's frames, for the pages that follow one. */

import { credential, forgetVisitor, get } from "./api.js";
import { LiveClient } from "./client.js";
import { find, write } from "./dom.js";
import { say } from "./text.js";

const change = {
  snapshot: (room, state) => Object.assign(room, state),
  status: (room, { status }) => {
    room.status = status;
    // What was on stage goes with the end.
    if (status === "ended") Object.assign(room, { segment: null, featured: null, policy: null });
  },
  segment: (room, { kind }) => (room.segment = kind),
  policy: (room, { policy }) => (room.policy = policy),
  shelf: (room, { jobs, openings }) => (room.shelf = { jobs, openings }),
  card: (room, { op, card }) => {
    if (op === "featured") room.featured = card;
    else if (room.featured?.job === card.job) room.featured = null;
  },
};

/** The room's greeting as it stands in the page; where the server had none at hand, it is asked for. */
export async function greeting(session) {
  const written = find("#state").textContent;
  return written ? JSON.parse(written) : get(`/v1/sessions/${session}/state`);
}

/**
 * Follows a room: folds each frame into `room` and then calls the function of the frame's name in `follow`, and
 * `follow.changed` after every one but counters. Shows the connection's state at `#connection`. `hello` is a greeting that is folded
 * already; `arrival` tells how a viewer came.
 */
export function enter(session, room, follow, hello, arrival) {
  const address = new URL(`/v1/sessions/${session}/live`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const client = new LiveClient(address, credential, hello, arrival);
  for (const name of ["snapshot", "status", "segment", "policy", "shelf", "card", "answer"]) {
    client.addEventListener(name, ({ detail }) => {
      change[name]?.(room, detail);
      follow[name]?.(detail);
      follow.changed();
    });
  }
  client.addEventListener("counters", ({ detail }) => follow.counters(detail));
  client.addEventListener("state", ({ detail }) => {
    if (detail.why === "auth" && forgetVisitor()) return client.retryNow();
    room.connection = detail;
    showConnection(detail);
  });
  document.addEventListener("languageswitched", () => showConnection(room.connection));
  document.addEventListener("visibilitychange", () => document.hidden || (client.state === "waiting" && client.retryNow()));
  find("#connection").addEventListener("click", () => client.retryNow());
  client.retryNow();
  return client;
}

function showConnection({ state, why }) {
  const place = find("#connection");
  place.dataset.state = state;
  place.disabled = state === "live" || state === "connecting";
  write(place, say.known(`connection.${why}`) ?? say(`connection.${state}`));
}
