/**
 * The live connection to a session's room: WebSocket, subprotocol jobcast.v1. Where that can't be had, the same frames come as
 * server-sent events, and where these can't either, the room's state is asked for again and again.
 *
 * Ordered frames (cards, segments, …) arrive once each and in order, across any number of reconnects; counters arrive as they
 * are, newest wins. Frames are dispatched as events named by their `t`, with the frame as `detail`; `snapshot` says to forget
 * what was known before.
 */

const protocol = "jobcast.v1";

/** Close codes after which coming back is of no use, and why; after any other code the client comes back. */
const finalCodes = new Map([
  [1002, "refused"],
  [1003, "refused"],
  [1007, "refused"],
  [1008, "refused"],
  [1009, "refused"],
  [4001, "auth"],
  [4004, "missing"],
]);

/** Milliseconds the server has from the first packet to its hello. */
const helloWithin = 10_000;

/** Failures without a hello after which another way to the room is tried; from then on each failure is enough. */
const patience = 3;

/** The ways, best first: each makes what is used here as a WebSocket is. */
const ways = [
  (address) => new WebSocket(address, protocol),
  (address) => new Requests(address, "events", follow),
  (address) => new Requests(address, "state", poll),
];

export class LiveClient extends EventTarget {
  #address;
  #token;
  #socket = null;
  #timer;
  #failures = 0;
  #way = 0;
  /** Failures since the last hello, by whatever way. */
  #misses = 0;
  #greeted = false;
  #farewell = null;
  /** @type {import("./client.js").State} */
  #state = "closed";

  /** How the viewer came, said with every join: `{ channel, region }`, either or both. */
  #arrival;

  /** What the last hello announced, in milliseconds; these values hold until the first. */
  #ping = 25_000;
  #retry = [500, 8_000];

  /** The room's last ordered frame that was dispatched, and the server's epoch in which it was counted. */
  #position = null;
  #epoch = null;

  /**
   * `token` gives, or promises, the token for the next join, or a `{ ticket }` in its place; `hello` is a greeting of the room, in mode
   * `snapshot`, that the page has shown already: what follows continues after it. `arrival` tells by which channel and from which region
   * the viewer came, as far as that is known; a value that the server doesn't know closes the connection for good.
   */
  constructor(address, token, hello, arrival) {
    super();
    this.#address = address;
    this.#token = token;
    this.#arrival = arrival;
    // Silence alone would tell only after a whole ping that nothing comes any more.
    globalThis.addEventListener("offline", () => this.#socket && this.#comeBack());
    if (hello) [this.#position, this.#epoch] = [hello.p, hello.epoch];
    globalThis.addEventListener("online", () => {
      if (this.#state !== "waiting") return;
      this.#way = 0;
      this.retryNow();
    });
  }

  /** `connecting`, `live`, `waiting` (for the next attempt) or `closed` (for good, or not started). */
  get state() {
    return this.#state;
  }

  /** Connects now: at first, after `closed`, or instead of waiting any longer; without effect while connected. */
  retryNow() {
    if (this.#socket) return;
    this.#failures = 0;
    this.#connect();
  }

  /** Leaves for good. */
  close() {
    this.#drop();
    this.#become("closed", { why: "left" });
  }

  /** Tells the room that this viewer `opened`, `saved` or `shared` a job; false if there is no WebSocket to tell it over. */
  observe(kind, job) {
    if (this.#state !== "live" || this.#way > 0) return false;
    this.#send({ t: kind, job });
    return true;
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#farewell = null;
    const socket = ways[this.#way](this.#address);
    this.#socket = socket;
    this.#greeted = false;
    this.#become("connecting");
    this.#expectWithin(helloWithin);
    socket.onopen = () => this.#join(socket);
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => this.#lost(code);
  }

  async #join(socket) {
    const token = await this.#token().catch(() => null);
    if (socket !== this.#socket) return;
    if (token === null) return this.#comeBack();
    const place = this.#epoch === null ? {} : { after: this.#position, epoch: this.#epoch };
    this.#send({ t: "join", ...(typeof token === "string" ? { token } : token), ...place, ...this.#arrival });
  }

  #receive(frame) {
    this.#expectWithin(this.#ping);
    if (frame.t === "hello") return this.#greet(frame);
    if (frame.t === "bye") this.#farewell = frame;
    if (frame.pp === undefined) return this.#tell(frame.t, frame);
    if (frame.p <= this.#position) return;
    if (frame.pp > this.#position) return this.#comeBack();
    this.#position = frame.p;
    this.#tell(frame.t, frame);
  }

  #greet(hello) {
    const isNews = hello.mode === "snapshot" && (hello.epoch !== this.#epoch || hello.p !== this.#position);
    this.#failures = 0;
    this.#misses = 0;
    this.#ping = hello.ping;
    this.#retry = hello.retry;
    this.#epoch = hello.epoch;
    this.#expectWithin(this.#ping);
    if (!this.#greeted) this.#become("live");
    this.#greeted = true;
    if (isNews) {
      this.#position = hello.p;
      this.#tell("snapshot", hello.state);
    }
    if (hello.counters) this.#tell("counters", hello.counters);
  }

  #lost(code) {
    // Events end without a code.
    const why = this.#farewell?.why === "auth" ? "auth" : finalCodes.get(code);
    if (!why) return this.#comeBack();
    this.#drop();
    this.#become("closed", { why });
  }

  #comeBack() {
    this.#drop();
    this.#chooseWay();
    const delay = this.#delay();
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#become("waiting", { delay });
  }

  /** After a lesser way that served, the best gets another chance, one; in an outage all are tried in turn. */
  #chooseWay() {
    if (this.#greeted) [this.#way, this.#misses] = [0, this.#way > 0 ? patience - 1 : 0];
    else if (++this.#misses >= patience) this.#way = (this.#way + 1) % ways.length;
  }

  /**
   * Full jitter: anywhere in the window, whose upper end doubles with each failure until it is the server's. A farewell's
   * window is used whole, since everybody in the room got it at the same time.
   */
  #delay() {
    const [least, most] = this.#retry;
    const [from, to] = this.#farewell?.retry ?? [least, Math.min(most, least * 2 ** (this.#failures + 2))];
    return from + Math.random() * (to - from);
  }

  /** A peer that says nothing for this long (milliseconds) is gone, whatever its socket says. */
  #expectWithin(silence) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#comeBack(), silence);
  }

  /** Lets go of the socket and of everything it may still say. */
  #drop() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #send(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #become(state, detail = {}) {
    this.#state = state;
    this.#tell("state", { state, ...detail });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** Stands in for a WebSocket over plain requests: the join, sent first, starts them. */
class Requests {
  onopen = null;
  onmessage = null;
  onclose = null;
  #stop = new AbortController();
  #address;
  #run;

  constructor(address, place, run) {
    this.#address = String(address).replace(/^ws/, "http").replace(/live$/, place);
    this.#run = run;
    queueMicrotask(() => this.onopen?.());
  }

  send(join) {
    const tell = (data) => this.onmessage?.({ data });
    this.#run(this.#address, JSON.parse(join), this.#stop.signal, tell)
      .catch(() => 1006)
      .then((code) => this.onclose?.({ code }));
  }

  close() {
    this.#stop.abort();
  }
}

/** The close code that says what an answer without success says. */
const closeCode = ({ status }) => ({ 401: 4001, 403: 1008, 404: 4004, 422: 1008 })[status] ?? 1006;

/** Server-sent events, read by hand: an EventSource could send no token and chooses its own time to come back. */
async function follow(address, { t: _, token, after, epoch, ...named }, signal, tell) {
  const headers = { Accept: "text/event-stream" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (epoch) headers["Last-Event-ID"] = `${epoch}:${after}`;
  const query = String(new URLSearchParams(named));
  const response = await fetch(query ? `${address}?${query}` : address, { headers, signal, cache: "no-store" });
  if (!response.ok) return closeCode(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return 1006;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data) tell(data);
    }
  }
}

/** The state every few ticks; after some minutes it ends, so that a better way is tried again. */
async function poll(address, _, signal, tell) {
  for (let count = 0; count < 100; count += 1) {
    const response = await fetch(address, { signal, cache: "no-cache" });
    if (!response.ok) return closeCode(response);
    const text = await response.text();
    tell(text);
    const wait = JSON.parse(text).tick * (2 + 2 * Math.random());
    await new Promise((resume) => setTimeout(resume, wait));
    if (signal.aborted) break;
  }
  return 1006;
}
