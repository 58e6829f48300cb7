/** A program that uses everything client.d.ts declares, as strictly as TypeScript can be. */

import { LiveClient } from "./client.js";
import type { Arrival, Card, Counters, Events, Ordered, Policy, Room, Segment, State, Status } from "./client.js";

const client = new LiveClient(new URL("wss://localhost/v1/sessions/s/live"), async () => "token");
new LiveClient("wss://localhost/v1/sessions/s/live", () => Promise.resolve("token"), { p: 7, epoch: "e" });
const arrival: Arrival = { channel: "poster", region: "450100" };
new LiveClient("wss://localhost/v1/sessions/s/live", () => Promise.resolve("token"), undefined, arrival);

/** The screen of a viewer, made of what the room tells. */
const screen = { room: null as Room | null, counters: null as Counters | null, last: 0, lines: [] as string[] };

const follow = ({ p, pp }: Ordered) => (screen.last = pp <= screen.last ? p : screen.last);
const title = (card: Card | null) =>
  card && `${card.title} v${card.version}, ${card.companyName}: ${card.pay.minimum}–${card.pay.maximum} a ${card.pay.unit}`;
const detail = ({ job, company, occupation, place, conditions, openings }: Card) =>
  [job, company, occupation, place, conditions, openings.toFixed()].join();
const linked = ({ policy, version, title, summary, link }: Policy) => `${policy} ${version} ${title} ${summary} ${link?.length ?? 0}`;

/** One listener for each event: one more or less in `Events` doesn't compile. */
const listeners: { [Name in keyof Events]: (event: CustomEvent<Events[Name]>) => void } = {
  state: ({ detail: { state, delay, why } }) => screen.lines.push(words[state], `${(delay ?? 0) / 1_000} s`, why ?? ""),
  snapshot: ({ detail: room }) => (screen.room = { ...room, startsAt: room.startsAt ?? "", segment: room.segment, policy: room.policy, shelf: room.shelf }),
  counters: ({ detail: counters }) => {
    screen.counters = counters;
    const { online, entries, viewers, cards, openings, submissions, questions } = counters;
    const sum: number = online + entries + viewers + cards + openings + submissions + questions.asked + questions.answered;
    screen.lines.push(sum.toFixed());
  },
  card: ({ detail: frame }) => {
    follow(frame);
    if (screen.room) screen.room.featured = frame.op === "featured" ? frame.card : null;
    screen.lines.push(title(frame.card) ?? "", detail(frame.card));
  },
  shelf: ({ detail: frame }) => follow(frame) && screen.lines.push((frame.jobs + frame.openings).toFixed()),
  segment: ({ detail: frame }) => follow(frame) && screen.lines.push(kinds[frame.kind]),
  policy: ({ detail: frame }) => follow(frame) && screen.lines.push(linked(frame.policy)),
  status: ({ detail: frame }) => follow(frame) && screen.lines.push(stages[frame.status]),
  answer: ({ detail: frame }) => follow(frame) && screen.lines.push(frame.question, frame.text?.trim() ?? ""),
  bye: ({ detail: { why, retry } }) => screen.lines.push(farewells[why], ((retry?.[1] ?? 0) - (retry?.[0] ?? 0)).toFixed()),
};
const words: Record<State, string> = { connecting: "…", live: "live", waiting: "waiting", closed: "closed" };
const kinds: Record<Segment, string> = { jobs: "jobs", policy: "policy", questions: "questions" };
const stages: Record<Status, string> = { scheduled: "soon", live: "live", interrupted: "break", ended: "over", cancelled: "off" };
const farewells: Record<Events["bye"]["why"], string> = { drain: "back soon", slow: "slow", auth: "token", load: "busy" };

client.addEventListener("card", listeners.card, { once: true });
client.addEventListener("card", ({ detail: { card } }) => screen.lines.push(card.title));
client.removeEventListener("card", listeners.card);
client.addEventListener("counters", listeners.counters);
client.addEventListener("state", null);

/** What may be left out. */
const policy: Policy = { policy: "p", version: 1, title: "T", summary: "S" };
const bare: [Events["state"], Events["answer"], Events["bye"]] = [{ state: "live" }, { p: 2, pp: 1, question: "q" }, { why: "auth" }];
screen.lines.push(linked(policy), bare.length.toFixed());

const state: State = client.state;
const wasTold: boolean[] = (["opened", "saved", "shared"] as const).map((kind) => client.observe(kind, "job"));
const nothing: void[] = [client.retryNow(), client.close()];
screen.lines.push(state, wasTold.join(), nothing.length.toFixed());

// What must not compile.
// @ts-expect-error a state can't be set
client.state = "live";
// @ts-expect-error there is no such observation
client.observe("liked", "job");
// @ts-expect-error no event has this detail
client.addEventListener("card", ({ detail }) => detail.counters);
// @ts-expect-error nobody comes by this way
new LiveClient("wss://localhost", async () => "token", undefined, { channel: "live" });
// @ts-expect-error a token is promised
new LiveClient("wss://localhost", () => "token");
