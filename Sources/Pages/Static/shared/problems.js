/** The server's problems in the reader's language. It tells them in English itself; chinese.js has the others' words for its codes. */

import { chinese } from "./chinese.js";
import { locale } from "./text.js";

const { problems, faults, fields } = chinese;

/** The sentence of a problem in Chinese, if there is one for its code. */
export const inChinese = (code, values) => filled(problems[code], values);

/** How a fault is said in Chinese, if it has words: faults of its own, and what a rule refuses about one of many things. */
export const faultInChinese = (code, values) => filled(faults[code] ?? problems[code]?.replace(/。$/, ""), values);

/** What is wrong with one field, without its name, to be said beside it: an entry of a problem's `errors`. */
export const faultAtField = ({ code, values, detail }) => (locale() === "en" ? detail : (faultInChinese(code, values) ?? "填写有误"));

/** Puts values into the braces of their names. */
const filled = (words, values = {}) => words?.replace(/\{(\w+)\}/g, (braces, name) => values[name] ?? braces);

/** Why one of many things is refused, in the page's language. */
export const reason = (code, detail) => (locale() === "en" ? detail : (faultInChinese(code) ?? detail));

/** The name of a field, if it has one. */
export const fieldName = (name) => fields[name];

/** What is wrong with one field, in the page's language and with the field's name: an entry of a problem's `errors`. */
export function fault({ pointer, parameter, line, column, code, values, detail }) {
  const isChinese = locale() !== "en";
  const steps = (pointer ?? parameter ?? (typeof column === "string" ? column : "")).split("/").filter(Boolean);
  const name = steps.findLast((step) => !/^\d+$/.test(step));
  const index = /^\d+$/.test(steps.at(-1) ?? "") ? ` ${Number(steps.at(-1)) + 1}` : "";
  const label = fields[name]?.[isChinese ? 0 : 1] ?? (isChinese ? "" : (name ?? ""));
  const where = [line && (isChinese ? `第 ${line} 行` : `Line ${line}`), label && label + index].filter(Boolean).join(isChinese ? "" : ", ");
  if (!isChinese) return where ? `${where}: ${detail}` : detail;
  const what = faultInChinese(code, values) ?? "填写有误";
  return where ? `${where}：${what}` : what;
}
