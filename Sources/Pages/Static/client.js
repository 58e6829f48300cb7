/**
 * The live connection to a session's room: WebSocket, subprotocol jobcast.v1.
 *
 * Ordered frames (cards, segments, …) arrive once each and in order, across any number of reconnects; counters arrive as they
 * are, newest wins. Frames are dispatched as events named by their `t`, with the frame as `detail`; `snapshot` says to forget
 * what was known before.
 */

const protocol = "jobcast.v1";

/** Close codes after which coming back is of no use, and why; after any other code the client comes back. */
const finalCodes = new Map([
  [1002, "refused"],
  [1007, "refused"],
  [1008, "refused"],
  [1009, "refused"],
  [4001, "auth"],
  [4004, "missing"],
]);

/** Farewells that are final whatever code follows. */
const finalFarewells = new Set(["auth", "ended"]);

/** Milliseconds the server has from the first packet to its hello. */
const helloWithin = 10_000;

export class LiveClient extends EventTarget {
  #address;
  #token;
  #socket = null;
  #timer;
  #failures = 0;
  #farewell = null;
  #state = "closed";

  /** What the last hello announced, in milliseconds; these values hold until the first. */
  #ping = 25_000;
  #retry = [500, 8_000];

  /** The room's last ordered frame that was dispatched, and the server's epoch in which it was counted. */
  #position = null;
  #epoch = null;

  /** `token` gives, or promises, the token for the next join. */
  constructor(address, token) {
    super();
    this.#address = address;
    this.#token = token;
    globalThis.addEventListener("online", () => this.#state === "waiting" && this.retryNow());
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

  /** Tells the room that this viewer `opened`, `saved` or `shared` a position; false if there is no connection to tell it over. */
  observe(kind, position) {
    if (this.#state !== "live") return false;
    this.#send({ t: kind, position });
    return true;
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#farewell = null;
    const socket = new WebSocket(this.#address, protocol);
    this.#socket = socket;
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
    this.#send(this.#epoch === null ? { t: "join", token } : { t: "join", token, after: this.#position, epoch: this.#epoch });
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
    this.#failures = 0;
    this.#ping = hello.ping;
    this.#retry = hello.retry;
    this.#epoch = hello.epoch;
    this.#expectWithin(this.#ping);
    this.#become("live");
    if (hello.mode === "snapshot") {
      this.#position = hello.p;
      this.#tell("snapshot", hello.state);
    }
    if (hello.counters) this.#tell("counters", hello.counters);
  }

  #lost(code) {
    const why = finalFarewells.has(this.#farewell?.why) ? this.#farewell.why : finalCodes.get(code);
    if (!why) return this.#comeBack();
    this.#drop();
    this.#become("closed", { why });
  }

  #comeBack() {
    this.#drop();
    const delay = this.#delay();
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), delay);
    this.#become("waiting", { delay });
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
