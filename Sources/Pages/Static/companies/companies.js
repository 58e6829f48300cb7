import { identifier } from "../shared/api.js";
import { frame } from "../shared/frame.js";
import { learn } from "../shared/text.js";
import { openCompany } from "./company.js";
import { openCompanies } from "./list.js";
import { openRegistration } from "./register.js";
import { companyWords } from "./words.js";

learn(companyWords);

/** The list of companies, one company, or the form for a new one, as the address says. */
function begin(identity) {
  const company = identifier("company");
  if (company !== undefined) return openCompany(company, identity);
  if (new URLSearchParams(location.search).has("new")) return openRegistration();
  return openCompanies(identity);
}

frame("companies", begin);
