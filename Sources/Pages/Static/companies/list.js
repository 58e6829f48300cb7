/** The list of companies: those who verify them see what waits, all others whom they may post for. */

import { holds } from "../shared/api.js";
import { element, find, show, worded } from "../shared/dom.js";
import { lister } from "../shared/lister.js";
import { day, say, today } from "../shared/text.js";

const statuses = ["due", "unverified", "lapsed", "verified", "rejected", "suspended", "blacklisted"];

export async function openCompanies() {
  const search = { name: "q", words: "companies.search" };
  const status = {
    name: "status",
    words: "companies.status",
    options: [["", "companies.status.all"], ...statuses.map((one) => [one, `company.status.${one}`])],
  };
  const order = { name: "order", words: "companies.order", options: [["due", "companies.order.due"], ["name", "companies.order.name"]] };
  const isReviewer = holds("reviewer");
  const filters = isReviewer ? [search, status, order] : [search];
  const companies = lister({
    id: "companies",
    path: "/v1/companies",
    filters,
    fixed: isReviewer ? {} : { order: "name" },
    row,
    none: "companies.none",
  });
  const add = worded("a", "companies.register", { class: `button ${isReviewer ? "" : "primary"}`, id: "register", href: "/companies?new" });
  const blacklist = isReviewer && worded("a", "blacklist.title", { class: "button", id: "blacklisted", href: "/companies?blacklist" });
  const controls = element("div", { class: "controls" }, blacklist, add);
  show(find("#main"), element("header", { class: "page-head" }, worded("h1", "nav.companies"), controls), companies.node);
  await companies.load();
  return companies.render;
}

function row(company) {
  return element(
    "a",
    { class: "row", href: `/companies?company=${company.id}` },
    element("span", { class: "card-title" }, company.name),
    companyStatus(company),
    element("span", { class: "soft" }, [say(`company.kind.${company.kind}`), company.uscc, until(company)].filter(Boolean).join(" · ")),
  );
}

/** Until when a company is verified, or since when it waits to be. */
function until({ verifiedUntil, due }) {
  if (due && due <= today()) return say("company.waits", { date: day(due) });
  return verifiedUntil && say("company.until", { date: day(verifiedUntil) });
}

/** The mark that says how a company stands; whoever doesn't verify it is told no more than whether it is. */
export function companyStatus({ status, verifiedUntil }) {
  const shown = status ?? (verifiedUntil ? "verified" : "unverified");
  return element("span", { class: "status", "data-status": shown }, say(`company.status.${shown}`));
}
