import { holds, post } from "../shared/api.js";
import { ask } from "../shared/ask.js";
import { announce, element, find, show, worded } from "../shared/dom.js";
import { frame } from "../shared/frame.js";
import { lister } from "../shared/lister.js";
import { day, learn, say, today } from "../shared/text.js";
import { policyWords } from "./words.js";

learn(policyWords);

const fields = [
  { name: "title", words: "policies.title", required: true, max: 100 },
  [
    { name: "topic", words: "policies.topic", required: true, max: 50, suggestions: ["交通补助", "高校毕业生补贴", "技能培训补贴", "社保关系转移", "异地就医", "租房补贴"] },
    { name: "region", words: "policies.region", hint: "policies.region.hint", required: true, max: 6, more: { inputmode: "numeric", pattern: "[0-9]{6}" } },
  ],
  { name: "summary", words: "policies.summary", hint: "policies.summary.hint", kind: "area", required: true, max: 2_000 },
  [
    { name: "link", words: "policies.link", max: 2_000, more: { inputmode: "url" } },
    { name: "validThrough", words: "policies.validThrough", kind: "date", min: today() },
  ],
];

/** The policies in force, and the form in which one is published. */
async function begin() {
  const policies = lister({ id: "policies", path: "/v1/policies", row, none: "policies.none" });
  const add = worded("button", "policies.publish", { type: "button", class: "primary", id: "publish" });
  add.addEventListener("click", publish);

  async function publish() {
    if (!(await ask({ id: "publication", title: say("policies.publish"), fields, send: "policies.publish", work: (entered) => post("/v1/policies", entered) }))) return;
    await policies.load();
    announce(say("policies.published"));
  }

  show(find("#main"), element("header", { class: "page-head" }, worded("h1", "nav.policies"), holds("host", "policyPresenter", "reviewer") && add), policies.node);
  await policies.load();
  return policies.render;
}

function row({ title, topic, region, summary, link, validThrough }) {
  const facts = [topic, region, validThrough && say("policies.until", { date: day(validThrough) })];
  return element(
    "article",
    { class: "row" },
    element("h2", { class: "card-title" }, title),
    element("p", { class: "card-facts" }, facts.filter(Boolean).map((text) => element("span", {}, text))),
    element("p", { class: "whole", lang: "zh-CN" }, summary),
    /^https?:/.test(link ?? "") && element("p", {}, element("a", { href: link, rel: "noreferrer", target: "_blank" }, say("policies.source"))),
  );
}

frame("policies", begin);
