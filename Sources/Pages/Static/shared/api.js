/** Requests to /v1, made as whoever has signed in here or holds this browser's token. */

import { fault, inChinese } from "./problems.js";
import { locale, say } from "./text.js";

const attempts = 3;
/** Seconds to wait when a 503 names none, and the most a person is made to wait in one go. */
const pause = { usual: 1, longest: 15 };

/** An answer that is not a success; `message` is a sentence for the person in front of the page. */
export class Problem extends Error {
  constructor(status, document = {}) {
    super();
    this.status = status;
    this.code = document.type?.split("/").pop() ?? "";
    this.detail = document.detail ?? document.title ?? "";
    this.values = document.values ?? {};
    this.errors = document.errors ?? [];
  }

  /** True if asking again later may help. */
  get isPassing() {
    return this.status === 0 || this.status >= 500;
  }

  get message() {
    const isEnglish = locale() === "en";
    const general = say.known(`problem.${this.status}`) ?? say("problem.unknown", { status: this.status });
    const own = isEnglish ? this.status === 409 && this.detail : inChinese(this.code, this.values);
    const what = say.known(`problem.${this.code}`) || own || general;
    return [what, this.errors.map(fault).join(isEnglish ? "; " : "；")].filter(Boolean).join(" ");
  }
}

export const get = (path) => request("GET", path);
export const post = (path, body) => request("POST", path, body);
export const put = (path, body) => request("PUT", path, body);
export const remove = (path) => request("DELETE", path);

/** One page of a list, and where the next one is, if there is one. */
export async function readPage(path) {
  const { body, headers } = await answer("GET", path);
  const next = /<([^>]+)>;\s*rel="?next"?/.exec(headers.get("Link") ?? "")?.[1] ?? null;
  return { items: body.items, next };
}

/** All items of a list. */
export async function all(path) {
  const items = [];
  for await (const some of pages(path)) items.push(...some);
  return items;
}

/** All pages of a list, page by page. */
export async function* pages(path) {
  for (let next = path; next; ) {
    const { items, next: following } = await readPage(next);
    yield items;
    next = following;
  }
}

/** A file that the server gives. */
export async function fetchFile(path) {
  const response = await send("GET", path);
  if (!response.ok) throw new Problem(response.status, await decoded(response));
  return response.blob();
}

/** Sends a file; `progressed` is told the part of it that has been sent, up to 1. */
export async function upload(path, file, progressed, { method = "POST", type = file.type } = {}) {
  const { headers } = await options(method, path, undefined, randomKey());
  return new Promise((resume, refuse) => {
    const asked = new XMLHttpRequest();
    asked.open(method, path);
    for (const [name, value] of Object.entries({ ...headers, "Content-Type": type })) asked.setRequestHeader(name, value);
    asked.upload.onprogress = ({ loaded, total }) => progressed(loaded / total);
    asked.onerror = () => refuse(new Problem(0, { type: "/problems/offline" }));
    asked.onload = async () => {
      const content = await decoded(new Response(asked.response));
      asked.status < 400 ? resume(content) : refuse(new Problem(asked.status, content));
    };
    asked.send(file);
  });
}

async function request(method, path, body) {
  return (await answer(method, path, body)).body;
}

/**
 * Keys of writes that have no definite answer yet. Asking for the same again after a lost connection is the same action and
 * carries the same key, so that it happens once; after an answer it is a new one.
 */
const unsettled = new Map();

async function answer(method, path, body) {
  const action = `${method} ${path} ${JSON.stringify(body)}`;
  const key = method === "GET" ? null : (unsettled.get(action) ?? randomKey());
  if (key) unsettled.set(action, key);
  const response = await send(method, path, body, key);
  if (response.status !== 503) unsettled.delete(action);
  const content = await decoded(response);
  // Whoever was signed in no longer is.
  if (response.status === 401) document.dispatchEvent(new Event("signinended"));
  if (!response.ok) throw new Problem(response.status, content);
  return { body: content, headers: response.headers };
}

async function send(method, path, body, key, attempt = 1) {
  const response = await fetch(path, await options(method, path, body, key)).catch(() => null);
  if (response?.status === 401 && !isSigningIn(path) && forgetVisitor()) return send(method, path, body, key, attempt);
  const passing = response === null || response.status === 503;
  if (!passing) return response;
  if (attempt === attempts) {
    if (response) return response;
    throw new Problem(0, { type: "/problems/offline" });
  }
  const seconds = Number(response?.headers.get("Retry-After")) || pause.usual;
  await new Promise((resume) => setTimeout(resume, 1000 * Math.min(pause.longest, seconds)));
  return send(method, path, body, key, attempt + 1);
}

/** Whether somebody shows there who they are, whatever this browser has known of them so far. */
const isSigningIn = (path) => /^\/v1\/(?:sign-ins|invitations)\b/.test(path);

async function options(method, path, body, key) {
  const headers = { Accept: "application/json" };
  // What anybody may read does not wait until a visitor is registered; what is a person's own does.
  const isOwn = method !== "GET" || /^\/v1\/submissions|[?&]mine=/.test(path);
  const held = isSigningIn(path) ? null : isOwn ? await token() : heldToken();
  if (held) headers.Authorization = `Bearer ${held}`;
  if (key) headers["Idempotency-Key"] = key;
  if (body === undefined) return { method, headers };
  const text = JSON.stringify(body);
  // What is sent as the reader leaves goes on its way, as far as browsers let it: 64 KiB at a time.
  return { method, headers: { ...headers, "Content-Type": "application/json" }, body: text, keepalive: text.length < 20_000 };
}

async function decoded(response) {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}

/** An identifier for something that is to be made. */
export const newIdentifier = () => randomKey();

/** A version 4 UUID; `crypto.randomUUID` exists only under HTTPS, and a first look at Jobcast may well be over plain HTTP. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/**
 * The identifier under this name in the page's address: undefined if there is none, null if it isn't one and so must not become
 * part of a path.
 */
export function identifier(name) {
  const given = new URLSearchParams(location.search).get(name);
  if (given === null) return undefined;
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given) ? given : null;
}

/**
 * Takes a token handed over in the fragment out of the address, where neither history nor a shared screen shall have it; null
 * if there is none. Anybody can make such a link: it is for `handed.js` to ask whether the token is to be used.
 */
export function takeHandedToken() {
  const handed = new URLSearchParams(location.hash.slice(1)).get("token");
  if (handed) history.replaceState(history.state, "", location.pathname + location.search);
  return handed;
}

/** Uses a token in this tab from now on. */
export const hold = (token) => sessionStorage.setItem("token", token);

/** True if this tab uses a token that was handed to it, rather than that of an anonymous visitor. */
export const isHanded = () => sessionStorage.getItem("token") !== null;

/** Uses the token that was handed to this tab no more. */
export const letGo = () => sessionStorage.removeItem("token");

/** Whose a token is, as the server knows; null if it is none of this server's, or one whose time is over. */
export async function identity(token) {
  const response = await fetch("/v1/identity", { headers: { Authorization: `Bearer ${token}` } }).catch(() => null);
  if (!response) throw new Problem(0, { type: "/problems/offline" });
  if (response.ok) return decoded(response);
  if (response.status === 401) return null;
  throw new Problem(response.status, await decoded(response));
}

/** Whether this browser has a cookie of somebody who has signed in, which no script can read; this one says no more than that. */
const isSignedIn = () => /(?:^|; )jobcast-signed-in=1/.test(document.cookie);

let known = null;

/**
 * Who this page acts for, of the staff: `{ subject, name, grants, expires, signedInBy }`, to choose what to show; the server alone
 * decides what is allowed. Null for visitors, for whom nothing is asked.
 */
export async function me() {
  try {
    known = isHanded() || isSignedIn() ? await get("/v1/identity") : null;
  } catch (problem) {
    // Whoever signed in long ago is a visitor again; a token that was handed over is never dropped by itself.
    if (problem.status !== 401 || isHanded()) throw problem;
    known = null;
  }
  return known;
}

/** What `me` has found last; null until then. */
export const who = () => known;

/** True if `who` has one of these roles somewhere, or the operator's. */
export const holds = (...roles) => Boolean(known?.grants.some(({ role }) => role === "operator" || roles.includes(role)));

/** True for visitors, and for whoever is known to be no more than that. */
export const isViewer = (identity) => identity === null || identity.grants.some(({ role }) => role === "viewer");

let visitor = null;

const heldToken = () => sessionStorage.getItem("token") ?? (isSignedIn() ? null : localStorage.getItem("visitor"));

/**
 * What stands in for a person where no header can be sent or none is: the token of this tab, a ticket of whoever has signed in, else the
 * token of this browser's anonymous visitor.
 */
export async function credential() {
  return isHanded() || !isSignedIn() ? token() : post("/v1/tickets").then(({ ticket }) => ({ ticket }));
}

/**
 * The token of this tab, else that of this browser's anonymous visitor, who is registered at first need and then kept: it is
 * how people find their submissions again. Null for whoever has signed in, whom the browser's cookie names.
 */
export async function token() {
  const held = heldToken();
  if (held || isSignedIn()) return held;
  visitor ??= registerVisitor().finally(() => (visitor = null));
  return visitor;
}

async function registerVisitor() {
  const response = await fetch("/v1/visitors", { method: "POST", headers: { "Idempotency-Key": randomKey() } }).catch(() => null);
  if (!response?.ok) throw new Problem(response?.status ?? 0, response ? await decoded(response) : { type: "/problems/offline" });
  const { token } = await response.json();
  localStorage.setItem("visitor", token);
  return token;
}

/** Drops a visitor's token that is no longer taken; false if the token in use is not a visitor's, for which a person has to ask. */
export function forgetVisitor() {
  if (isHanded() || isSignedIn() || !localStorage.getItem("visitor")) return false;
  localStorage.removeItem("visitor");
  return true;
}

/** Ends that whoever reads is signed in: in this tab, if that is by a token that was handed to it, else in this browser. */
export async function signOut() {
  if (isHanded()) letGo();
  else await remove("/v1/sign-ins/current");
  location.assign("/");
}
