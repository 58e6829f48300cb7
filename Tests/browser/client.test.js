/** Tests of client.js in a browser, over a socket and a clock that tests hold in their hands. The outcome is left in `outcome`. */

import { LiveClient } from "/static/client.js";

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

let timers = 0;
let chance = 0;
globalThis.WebSocket = Socket;
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

function started(token = async () => "secret") {
  previous?.close();
  Object.assign(clock, { now: 0, timers: new Map() });
  Socket.opened = [];
  chance = 0;
  const client = new LiveClient("ws://localhost/v1/sessions/s/live", token);
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
  for (chance of [0, 1, 1, 1, 1, 0]) {
    last().end(1006);
    delays.push(told.at(-1)[1].delay);
    clock.pass(8_000);
  }
  equal(delays, [500, 4_000, 8_000, 8_000, 8_000, 500], "delays in milliseconds");
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

for (const [code, why] of [[1002, "refused"], [1008, "refused"], [4001, "auth"], [4004, "missing"]]) {
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

test("stays away from a session that is over", async () => {
  const { client } = await joined();
  last().say({ t: "bye", why: "ended" });
  last().end(1000);
  equal(client.state, "closed", "state");
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
  equal(last().sent.at(-1), { t: "opened", position: "p1" }, "frame");
  last().end(1006);
  equal(client.observe("opened", "p1"), false, "while waiting");
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
