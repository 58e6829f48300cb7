/** How the pages say things in the chosen language: sentences, numbers, pay and time. */

import { words } from "./words.js";

let language = localStorage.getItem("language") === "en" ? "en" : "zh";

/** `zh-CN` or `en`, for `lang` and for Intl. */
export const locale = () => (language === "en" ? "en" : "zh-CN");

/** The sentence for a key, in the page's language. */
export function say(key, values = {}) {
  const sentence = say.known(key);
  if (sentence === undefined) throw new RangeError(`no words for ${key}`);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The same without values, or undefined for a key nobody wrote words for. */
say.known = (key) => words[key]?.[language === "en" ? 1 : 0];

/** The same in Chinese, for what is kept in the log and read by others. */
say.chinese = (key) => words[key][0];

/** Adds words that only some pages have. */
export const learn = (others) => Object.assign(words, others);

/** The word for a value the server may extend: `term("segment", "policy")`; a value without a word stands for itself. */
export const term = (family, value) => say.known(`${family}.${value}`) ?? value;

/** The roles of some grants, each once. */
export const roles = (grants) => [...new Set(grants.map(({ role }) => say(`actor.${role}`)))].join(say("comma"));

export function switchLanguage() {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem("language", language);
  document.dispatchEvent(new Event("languageswitched"));
}

export const number = (value) => new Intl.NumberFormat(locale()).format(value);

export function pay({ minimum, maximum, unit, salaries }) {
  const span = minimum === maximum ? number(minimum) : `${number(minimum)}–${number(maximum)}`;
  const year = salaries ? say("pay.salaries", { count: salaries }) : "";
  return (language === "en" ? `¥${span} ${say(`pay.${unit}`)}` : `${span} ${say(`pay.${unit}`)}`) + year;
}

/** A moment in the viewer's own time zone, without the year unless it is another one. */
export function moment(time) {
  const date = new Date(time);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const format = { year, month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false };
  return new Intl.DateTimeFormat(locale(), format).format(date);
}

/** The time of the day at a moment, in the viewer's own time zone. */
export function clock(time) {
  const format = { hour: "2-digit", minute: "2-digit", hour12: false };
  return new Intl.DateTimeFormat(locale(), format).format(new Date(time));
}

/** A calendar day, which is the same in every time zone; without the year if it is this one. */
export function day(date) {
  const year = date.slice(0, 4) === String(new Date().getFullYear()) ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale(), { year, month: "short", day: "numeric", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

/** Today by China's calendar, as the server counts days; so many days or months later. */
export function today(days = 0, months = 0) {
  const now = new Date(Date.now() + 8 * 3_600_000);
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months + 1, 0)).getUTCDate();
  const date = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, Math.min(last, now.getUTCDate()) + days);
  return new Date(date).toISOString().slice(0, 10);
}

/** The clock time of a moment, to the millisecond, as analysts need it. */
export function instant(time) {
  const two = "2-digit";
  const format = { month: two, day: two, hour: two, minute: two, second: two, fractionalSecondDigits: 3, hour12: false };
  return new Intl.DateTimeFormat(locale(), format).format(new Date(time));
}

/** 65,000 milliseconds are `1:05`. */
export function elapsed(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const pad = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}
