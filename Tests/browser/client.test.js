/** Tests of client.js in a browser, over a socket and a clock that tests hold in their hands. The outcome is left in `outcome`. */

import { LiveClient } from "/static/shared/client.js";

const tests = [];
const test = (name, run) => tests.push({ name, run });

/** Stands in for WebSocket: remembers what the client sent, and says what the test says. */
class Socket {
  static opened = [];
  sent = [];
  isClosed = false;

  constructor(address, protocol) {
    Object.assign(this, { address: String(address), protocol });
    Socket.opened.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
  }

  /** The connection stands and the join has been sent. */
  async open() {
    this.onopen();
    await Promise.resolve();
    await Promise.resolve();
  }

  say(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  end(code) {
    this.onclose?.({ code });
  }
}

/** Stands in for the clock: time passes when a test says so. */
const clock = {
  now: 0,
  timers: new Map(),
  pass(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const [id, next] = [...this.timers].sort(([, one], [, other]) => one.due - other.due)[0] ?? [];
      if (!next || next.due > end) break;
      this.timers.delete(id);
      this.now = next.due;
      next.work();
    }
    this.now = end;
  },
};

/** Stands in for fetch: a test answers, and plays the body of a stream. */
class Asked {
  static all = [];
  #text;

  constructor(address, { headers = {}, signal }) {
    Object.assign(this, { address: String(address), headers, signal });
    this.answer = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    Asked.all.push(this);
  }

  /** The head of a stream. */
  async stream() {
    const body = new ReadableStream({ start: (controller) => (this.#text = controller) });
    this.resolve({ ok: true, status: 200, body });
    await settled();
  }

  async say(text) {
    this.#text.enqueue(new TextEncoder().encode(text));
    await settled();
  }

  async end() {
    this.#text.close();
    await settled();
  }

  /** A whole answer. */
  async document(value) {
    this.resolve({ ok: true, status: 200, text: async () => JSON.stringify(value) });
    await settled();
  }

  async refuse(status) {
    this.resolve({ ok: false, status });
    await settled();
  }
}

/** Streams and promises take some turns of the loop; a message port is no timer and so not the tests' own. */
function settled(turns = 5) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (turns-- ? port2.postMessage(0) : resolve());
    port2.postMessage(0);
  });
}

let timers = 0;
let chance = 0;
globalThis.WebSocket = Socket;
globalThis.fetch = (address, options) => new Asked(address, options).answer;
globalThis.setTimeout = (work, delay = 0) => (clock.timers.set(++timers, { work, due: clock.now + delay }), timers);
globalThis.clearTimeout = (id) => clock.timers.delete(id);
Math.random = () => chance;

const hello = {
  t: "hello",
  v: 1,
  session: "s",
  epoch: "e1",
  p: 100,
  tick: 1000,
  ping: 25000,
  retry: [500, 8000],
  mode: "snapshot",
  state: { title: "T" },
  counters: { online: 1 },
};
const card = (p, pp) => ({ t: "card", op: "featured", card: { title: `card ${p}` }, p, pp });

/** A client, and everything it tells. */
async function joined(frame = hello) {
  const { client, told } = started();
  await last().open();
  last().say(frame);
  return { client, told };
}

let previous = null;

function started(token = async () => "secret", arrival = undefined) {
  previous?.close();
  Object.assign(clock, { now: 0, timers: new Map() });
  Socket.opened = [];
  Asked.all = [];
  chance = 0;
  const client = new LiveClient("ws://localhost/v1/sessions/s/live", token, undefined, arrival);
  previous = client;
  const told = [];
  for (const name of ["state", "snapshot", "counters", "card", "status", "bye"]) {
    client.addEventListener(name, ({ detail }) => told.push([name, detail]));
  }
  client.retryNow();
  return { client, told };
}

const last = () => Socket.opened.at(-1);
const positions = (told) => told.filter(([name]) => name === "card").map(([, { p }]) => p);

function equal(actual, expected, what) {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: ${one}, expected ${other}`);
}

test("joins with its token in the first frame, over the subprotocol", async () => {
  await joined();
  equal(last().protocol, "jobcast.v1", "subprotocol");
  equal(last().sent, [{ t: "join", token: "secret" }], "frames sent");
});

test("tells the snapshot and its counters, and is live", async () => {
  const { client, told } = await joined();
  equal(client.state, "live", "state");
  equal(told.slice(-2), [["snapshot", { title: "T" }], ["counters", { online: 1 }]], "told");
});

test("tells ordered frames once each", async () => {
  const { told } = await joined();
  for (const frame of [card(110, 90), card(120, 110), card(120, 110), card(110, 90)]) last().say(frame);
  equal(positions(told), [110, 120], "cards");
});

test("comes back and asks for what is missing when a frame was skipped", async () => {
  const { told } = await joined();
  const first = last();
  first.say(card(110, 100));
  first.say(card(130, 120));
  equal(positions(told), [110], "cards told before the gap is filled");
  equal(first.isClosed, true, "first connection closed");
  clock.pass(500);
  await last().open();
  equal(last().sent, [{ t: "join", token: "secret", after: 110, epoch: "e1" }], "join");
  last().say({ ...hello, mode: "resume", state: undefined, p: 130 });
  last().say(card(120, 110));
  last().say(card(130, 120));
  equal(positions(told), [110, 120, 130], "cards");
});

test("counters do not move the position to resume from", async () => {
  await joined();
  last().say({ t: "counters", p: 900, online: 2 });
  last().end(1006);
  clock.pass(500);
  await last().open();
  equal(last().sent[0].after, 100, "after");
});

test("a snapshot after a restart starts anew from its position", async () => {
  const { told } = await joined();
  last().end(1006);
  clock.pass(500);
  await last().open();
  last().say({ ...hello, epoch: "e2", p: 40 });
  last().say(card(50, 40));
  equal(positions(told), [50], "cards");
  equal(told.filter(([name]) => name === "snapshot").length, 2, "snapshots");
});

test("25 seconds of silence are a lost connection, any frame is a sign of life", async () => {
  const { client } = await joined();
  clock.pass(24_999);
  last().say({ t: "counters", p: 1, online: 1 });
  clock.pass(24_999);
  equal(client.state, "live", "state before");
  clock.pass(1);
  equal(client.state, "waiting", "state after");
});

test("a server that does not greet within 10 seconds is left", async () => {
  const { client } = started();
  await last().open();
  clock.pass(10_000);
  equal(client.state, "waiting", "state");
});

test("waits longer after each failure, anywhere up to the server's limit", async () => {
  const { told } = await joined();
  const delays = [];
  for (chance of [0, 1, 1, 1]) {
    last().end(1006);
    delays.push(told.at(-1)[1].delay);
    clock.pass(8_000);
  }
  equal(delays, [500, 4_000, 8_000, 8_000], "delays in milliseconds");
});

test("a greeting makes the next wait short again", async () => {
  const { told } = await joined();
  chance = 1;
  for (const _ of [1, 2, 3]) {
    last().end(1006);
    clock.pass(8_000);
  }
  await last().open();
  last().say({ ...hello, mode: "resume" });
  last().end(1006);
  equal(told.at(-1)[1].delay, 2_000, "delay");
});

test("comes back inside the window of a farewell", async () => {
  const { told } = await joined();
  chance = 0.5;
  last().say({ t: "bye", why: "drain", retry: [1_000, 11_000] });
  last().end(1012);
  equal(told.at(-1), ["state", { state: "waiting", delay: 6_000 }], "told");
});

for (const [code, why] of [[1002, "refused"], [1003, "refused"], [1008, "refused"], [4001, "auth"], [4004, "missing"]]) {
  test(`stays away after code ${code}`, async () => {
    const { client, told } = await joined();
    last().end(code);
    clock.pass(60_000);
    equal([client.state, told.at(-1)[1].why, Socket.opened.length], ["closed", why, 1], "state, reason, connections");
  });
}

for (const code of [1000, 1001, 1006, 1011, 1012, 1013, 4008]) {
  test(`comes back after code ${code}`, async () => {
    await joined();
    last().end(code);
    clock.pass(8_000);
    equal(Socket.opened.length, 2, "connections");
  });
}

test("stays away after a farewell to its token, whatever code follows", async () => {
  const { client, told } = await joined();
  last().say({ t: "bye", why: "auth" });
  last().end(1006);
  equal([client.state, told.at(-1)[1].why], ["closed", "auth"], "state, reason");
});

test("retryNow ends the wait", async () => {
  const { client } = await joined();
  last().end(1006);
  client.retryNow();
  equal(Socket.opened.length, 2, "connections");
});

test("retryNow leaves a standing connection alone", async () => {
  const { client } = await joined();
  client.retryNow();
  equal(Socket.opened.length, 1, "connections");
});

test("a network that goes is a lost connection at once", async () => {
  const { told } = await joined();
  dispatchEvent(new Event("offline"));
  equal(last().isClosed, true, "closed");
  equal(told.at(-1)[1].state, "waiting", "state");
});

test("a network that goes opens no connection nobody asked for", async () => {
  const { client } = await joined();
  client.close();
  dispatchEvent(new Event("offline"));
  clock.pass(60_000);
  equal(Socket.opened.length, 1, "connections");
});

test("a network that is back ends the wait", async () => {
  await joined();
  last().end(1006);
  dispatchEvent(new Event("online"));
  equal(Socket.opened.length, 2, "connections");
});

test("a network that is back does not open a connection nobody asked for", async () => {
  const { client } = await joined();
  client.close();
  dispatchEvent(new Event("online"));
  equal(Socket.opened.length, 1, "connections");
});

test("what a dropped connection still says is not heard", async () => {
  const { told } = await joined();
  const first = last();
  first.say(card(130, 120));
  first.say(card(110, 100));
  equal(positions(told), [], "cards");
});

test("a token that cannot be had now is asked for again later", async () => {
  let asked = 0;
  const { client } = started(async () => {
    asked += 1;
    if (asked === 1) throw new Error("offline");
    return "secret";
  });
  await last().open();
  equal(client.state, "waiting", "state");
  clock.pass(500);
  await last().open();
  equal(last().sent, [{ t: "join", token: "secret" }], "frames sent");
});

test("observations go out while live and are refused otherwise", async () => {
  const { client } = await joined();
  equal(client.observe("opened", "p1"), true, "while live");
  equal(last().sent.at(-1), { t: "opened", job: "p1" }, "frame");
  last().end(1006);
  equal(client.observe("opened", "p1"), false, "while waiting");
});

test("says with every join how its viewer came, also when it asks for events", async () => {
  started(undefined, { channel: "poster", region: "450100" });
  await last().open();
  const arrival = { channel: "poster", region: "450100" };
  equal(last().sent, [{ t: "join", token: "secret", ...arrival }], "first join");
  last().say(hello);
  last().end(1006);
  clock.pass(8_000);
  await last().open();
  equal(last().sent, [{ t: "join", token: "secret", after: 100, epoch: "e1", ...arrival }], "second join");
  for (const _ of [1, 2, 3]) {
    last().end(1006);
    clock.pass(8_000);
  }
  await settled();
  equal(Asked.all.at(-1).address, "http://localhost/v1/sessions/s/events?channel=poster&region=450100", "address");
  await Asked.all.at(-1).refuse(422);
});

/** A client whose WebSocket failed three times without a hello, and what it asks then. */
async function withoutWebSocket() {
  const started_ = started();
  for (const _ of [1, 2, 3]) {
    last().end(1006);
    clock.pass(8_000);
  }
  await settled();
  return { ...started_, asked: Asked.all.at(-1) };
}

/** The same, refused events too. */
async function withoutConnection() {
  const { client, told, asked } = await withoutWebSocket();
  asked.reject(new TypeError("no network"));
  await settled();
  clock.pass(8_000);
  await settled();
  return { client, told };
}

test("asks for events after three connections without a hello, and goes on there", async () => {
  const { client, told, asked } = await withoutWebSocket();
  equal([Socket.opened.length, asked.address], [3, "http://localhost/v1/sessions/s/events"], "WebSockets, address");
  equal(asked.headers.Authorization, "Bearer secret", "token");
  await asked.stream();
  await asked.say(`retry: 900\n\nid: e1:100\ndata: ${JSON.stringify(hello)}\n\n:\n\ndata: {"t":"counters","p":1,"onl`);
  equal(client.state, "live", "state");
  await asked.say(`ine":7}\n\nid: e1:110\ndata: ${JSON.stringify(card(110, 100))}\n\n`);
  equal(told.filter(([name]) => name === "counters").map(([, { online }]) => online), [1, 7], "counters");
  equal(positions(told), [110], "cards");
  equal(client.observe("opened", "p1"), false, "observing");
});

test("comes back to the best way first, and to events with their last id", async () => {
  const { asked } = await withoutWebSocket();
  await asked.stream();
  await asked.say(`data: ${JSON.stringify(hello)}\n\ndata: ${JSON.stringify(card(110, 100))}\n\n`);
  await asked.end();
  clock.pass(8_000);
  equal(Socket.opened.length, 4, "WebSockets");
  last().end(1006);
  clock.pass(8_000);
  await settled();
  equal([Socket.opened.length, Asked.all.length], [4, 2], "WebSockets, requests");
  equal(Asked.all.at(-1).headers["Last-Event-ID"], "e1:110", "id");
});

test("a farewell of events keeps its window, a refusal is final", async () => {
  const { client, told, asked } = await withoutWebSocket();
  await asked.stream();
  await asked.say(`data: ${JSON.stringify(hello)}\n\ndata: {"t":"bye","why":"drain","retry":[3000,3000]}\n\n`);
  await asked.end();
  equal(told.at(-1), ["state", { state: "waiting", delay: 3_000 }], "told");
  clock.pass(3_000);
  last().end(1006);
  clock.pass(8_000);
  await settled();
  await Asked.all.at(-1).refuse(401);
  equal([client.state, told.at(-1)[1].why], ["closed", "auth"], "state, reason");
});

test("asks for the state where there are no events, and tells only what is new", async () => {
  const { client, told } = await withoutConnection();
  equal(Asked.all.at(-1).address, "http://localhost/v1/sessions/s/state", "address");
  await Asked.all.at(-1).document(hello);
  equal(client.state, "live", "state");
  for (const state of [hello, { ...hello, p: 120, state: { title: "U" } }]) {
    clock.pass(4_000);
    await settled();
    await Asked.all.at(-1).document(state);
  }
  equal(Asked.all.length, 4, "requests");
  equal(told.filter(([name]) => name === "snapshot").map(([, { title }]) => title), ["T", "U"], "snapshots");
});

test("in an outage every way gets its turn", async () => {
  const { client } = await withoutConnection();
  Asked.all.at(-1).reject(new TypeError("no network"));
  await settled();
  clock.pass(8_000);
  equal([Socket.opened.length, client.state], [4, "connecting"], "WebSockets, state");
});

test("who has left asks no more", async () => {
  const { client } = await withoutConnection();
  await Asked.all.at(-1).document(hello);
  client.close();
  clock.pass(60_000);
  await settled();
  equal([Asked.all.length, Asked.all.at(-1).signal.aborted, client.state], [2, true, "closed"], "requests, aborted, state");
});

const outcome = [];
for (const { name, run } of tests) {
  try {
    await run();
    outcome.push({ name });
  } catch (error) {
    outcome.push({ name, failure: error.message });
  }
}
globalThis.outcome = outcome;
