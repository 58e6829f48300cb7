import { holds, identifier } from "../shared/api.js";
import { frame } from "../shared/frame.js";
import { learn } from "../shared/text.js";
import { openBlacklist } from "./blacklist.js";
import { openCompany } from "./company.js";
import { openCompanies } from "./list.js";
import { openRegistration } from "./register.js";
import { companyWords } from "./words.js";

learn(companyWords);

/** The list of companies, one company, the form for a new one, or the blacklist, as the address says. */
function begin(identity) {
  const company = identifier("company");
  if (company !== undefined) return openCompany(company, identity);
  const asked = new URLSearchParams(location.search);
  if (asked.has("new")) return openRegistration();
  if (asked.has("blacklist") && holds("reviewer")) return openBlacklist();
  return openCompanies(identity);
}

frame("companies", begin);
