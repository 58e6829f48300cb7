import { holds, post } from "../shared/api.js";
import { ask } from "../shared/ask.js";
import { announce, button, element, find, show, worded } from "../shared/dom.js";
import { frame } from "../shared/frame.js";
import { lister } from "../shared/lister.js";
import { changes } from "../shared/revision.js";
import { day, learn, say, today } from "../shared/text.js";
import { policyWords } from "./words.js";

learn(policyWords);

const fields = [
  { name: "title", words: "policies.title", required: true, max: 100 },
  [
    {
      name: "topic",
      words: "policies.topic",
      required: true,
      max: 50,
      suggestions: ["交通补助", "高校毕业生补贴", "技能培训补贴", "社保关系转移", "异地就医", "租房补贴"],
    },
    {
      name: "region",
      words: "policies.region",
      hint: "policies.region.hint",
      required: true,
      max: 6,
      more: { inputmode: "numeric", pattern: "[0-9]{6}" },
    },
  ],
  { name: "summary", words: "policies.summary", hint: "policies.summary.hint", kind: "area", required: true, max: 2_000 },
  [
    { name: "link", words: "policies.link", max: 2_000, more: { inputmode: "url" } },
    { name: "validThrough", words: "policies.validThrough", kind: "date", min: today() },
  ],
];

const parts = ["title", "topic", "summary", "region", "link", "validThrough"];

/** The policies, and the sheets in which one is published, revised and ended. */
async function begin() {
  const filters = [
    { name: "q", words: "policies.search" },
    { name: "status", words: "policies.status", options: ["published", "expired", "any"].map((one) => [one, `policies.status.${one}`]) },
    { name: "order", words: "policies.order", options: ["newest", "expiry"].map((one) => [one, `policies.order.${one}`]) },
  ];
  const policies = lister({ id: "policies", path: "/v1/policies", filters, row, none: "policies.none" });
  const isPublisher = holds("host", "policyPresenter", "reviewer");
  const add = worded("button", "policies.publish", { type: "button", class: "primary", id: "publish" });
  add.addEventListener("click", () => publish());

  async function done(words, asked) {
    if (!(await ask(asked))) return;
    await policies.reload();
    announce(say(words));
  }

  const publish = () =>
    done(
      "policies.published",
      {
        id: "publication",
        title: say("policies.publish"),
        fields,
        send: "policies.publish",
        work: (entered) => post("/v1/policies", entered),
      },
    );

  const revise = (policy) =>
    done("policies.revised", {
      id: "revision",
      title: say("policies.revise.title", { title: policy.title }),
      note: say("policies.revise.note"),
      fields,
      send: "save",
      values: policy,
      work: async (entered) => {
        const changed = changes(policy, entered, parts);
        if (Object.keys(changed).length) await post(`/v1/policies/${policy.id}/revision`, changed);
      },
    });

  const expire = (policy) =>
    done("policies.expired", {
      id: "expiry",
      title: say("policies.expire.title", { title: policy.title }),
      note: say("policies.expire.note"),
      fields: [],
      send: "policies.expire",
      work: () => post(`/v1/policies/${policy.id}/expiry`),
    });

  function row(policy) {
    const { title, topic, region, summary, link, status, validThrough } = policy;
    const facts = [topic, region, validThrough && say("policies.until", { date: day(validThrough) })];
    const control = (words, press, look) => button(
      say(words),
      () => press(policy),
      { class: `small ${look}`, "aria-label": `${say(words)}：${title}` },
    );
    return element(
      "article",
      { class: "row" },
      element("h2", { class: "card-title" }, title),
      element("span", { class: "status", "data-status": status }, say(`policies.status.${status}`)),
      element("p", { class: "card-facts" }, facts.filter(Boolean).map((text) => element("span", {}, text))),
      element("p", { class: "whole", lang: "zh-CN" }, summary),
      /^https?:/.test(link ?? "") && element(
        "p",
        {},
        element("a", { href: link, rel: "noreferrer", target: "_blank" }, say("policies.source")),
      ),
      isPublisher && status === "published" && element(
        "p",
        { class: "controls" },
        control("policies.revise", revise, ""),
        control("policies.expire", expire, "danger"),
      ),
    );
  }

  show(find("#main"), element("header", { class: "page-head" }, worded("h1", "nav.policies"), isPublisher && add), policies.node);
  await policies.load();
  return policies.render;
}

frame("policies", begin);
