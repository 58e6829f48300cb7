/** The live connection to a session's room: WebSocket, subprotocol jobcast.v1, else server-sent events, else its state again and again. */
export declare class LiveClient extends EventTarget {
  /**
   * @param address `wss://host/v1/sessions/{id}/live`
   * @param token promises the token for the next join, or a ticket in its place; asked anew for every connection
   * @param hello a greeting, as `/v1/sessions/{id}/state` gives it, that was shown already: what follows continues after it
   * @param arrival how the viewer came, as far as that is known; a value that the server doesn't know closes the connection for good
   */
  constructor(
    address: string | URL,
    token: () => Promise<string | { ticket: string }>,
    hello?: { p: number; epoch: string },
    arrival?: Arrival,
  );

  readonly state: State;

  /** Connects now: at first, after `closed`, or instead of waiting any longer; without effect while connected. */
  retryNow(): void;
  /** Leaves for good. */
  close(): void;
  /** False if there is no WebSocket to tell it over. */
  observe(kind: "opened" | "saved" | "shared", job: string): boolean;

  addEventListener<Name extends keyof Events>(
    name: Name,
    listener: (event: CustomEvent<Events[Name]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;

  removeEventListener<Name extends keyof Events>(
    name: Name,
    listener: (event: CustomEvent<Events[Name]>) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** How a viewer came to the room. */
export interface Arrival {
  channel?: "share" | "poster" | "code" | "reminder" | "recommendation" | "search" | "site";
  /** Six digits of GB/T 2260. */
  region?: string;
}

export type State = "connecting" | "live" | "waiting" | "closed";

export interface Events {
  /** `why` comes with `closed`: asked to leave, token refused, no such session, or a frame the server refused. */
  state: { state: State; delay?: number; why?: "left" | "auth" | "missing" | "refused" };
  /** The whole room: forget what was known before. */
  snapshot: Room;
  counters: Counters;
  card: Ordered & { op: "featured" | "unfeatured"; card: Card };
  shelf: Ordered & { jobs: number; openings: number };
  segment: Ordered & { kind: Segment };
  policy: Ordered & { policy: Policy };
  status: Ordered & { status: Status };
  answer: Ordered & { question: string; text?: string };
  bye: { why: "drain" | "slow" | "auth" | "load"; retry?: [number, number] };
}

/** Dispatched once each and in order, across reconnects. */
export interface Ordered {
  /** Position of the fact in the log. */
  p: number;
  /** `p` of the room's ordered frame before it. */
  pp: number;
}

export type Segment = "jobs" | "policy" | "questions";
export type Status = "scheduled" | "live" | "interrupted" | "ended" | "cancelled";

export interface Room {
  status: Status;
  title: string;
  /** RFC 3339. */
  startsAt?: string;
  segment: Segment | null;
  featured: Card | null;
  policy: Policy | null;
  shelf: { jobs: number; openings: number };
}

export interface Card {
  job: string;
  version: number;
  company: string;
  companyName: string;
  title: string;
  occupation: string;
  /** Yuan. */
  pay: { minimum: number; maximum: number; unit: "month" | "day" | "hour" | "piece"; salaries?: number };
  place: string;
  openings: number;
  conditions: string;
  terms?: Terms;
  /** 5 is the lowest, 1 the highest. */
  skillsGrade?: number;
}

/** What a job offers and asks for beside its pay; what isn't said is absent. */
export interface Terms {
  shift?: "day" | "night" | "twoShift" | "threeShift" | "flexible";
  hoursADay?: number;
  restDaysAMonth?: number;
  meals?: "none" | "subsidised" | "provided";
  /** `cost` in yuan a month, `people` in one room. */
  dormitory?: { kind: "none" | "free" | "paid"; people?: number; couples?: boolean; cost?: number };
  insurance?: ("pension" | "medical" | "unemployment" | "injury" | "maternity" | "housingFund" | "accident")[];
  contract?: "direct" | "agency" | "dispatch";
  probationMonths?: number;
  age?: { minimum?: number; maximum?: number };
  startsOn?: string;
  /** When the employer answers the telephone, on China's clocks. */
  contact?: { from: string; until: string };
}

export interface Policy {
  policy: string;
  version: number;
  title: string;
  summary: string;
  link?: string;
}

export interface Counters {
  online: number;
  entries: number;
  viewers: number;
  cards: number;
  openings: number;
  submissions: number;
  questions: { asked: number; answered: number };
}
