/** Where people of the staff go, and whose work is done there. */

const hosts = ["host", "coHost", "assistant", "policyPresenter"];
const staff = [...hosts, "recruiter", "reviewer", "caseWorker", "analyst", "operator"];

/**
 * The pages of the staff in the order in which the frame lists them, each at `/{name}`. Whose work is done there are `roles`, besides the
 * operator, who may be anywhere; `isEverybodys` is a page for whoever has signed in, without any grants, too. `group` is the heading under
 * which the frame puts them.
 */
export const places = [
  { name: "office", group: "office", roles: staff },
  { name: "companies", group: "office", roles: ["host", "recruiter", "reviewer"] },
  { name: "jobs", group: "office", roles: ["host", "recruiter", "reviewer"] },
  { name: "import", group: "office", roles: ["host", "recruiter"] },
  { name: "desk", group: "office", roles: ["recruiter"] },
  { name: "care", group: "office", roles: ["caseWorker"] },
  { name: "vetting", group: "office", roles: ["reviewer"] },
  { name: "sessions", group: "live", roles: hosts },
  { name: "series", group: "live", roles: ["host", "analyst"] },
  { name: "policies", group: "live", roles: ["host", "policyPresenter", "reviewer"] },
  { name: "studio", group: "live", roles: hosts },
  { name: "insight", group: "live", roles: ["host", "coHost", "analyst"] },
  { name: "operations", group: "system", roles: [] },
  { name: "accounts", group: "system", roles: [] },
  { name: "me", roles: staff, isEverybodys: true },
];

/** Whether somebody of this identity has work to do at a place; the server alone decides what is allowed. */
export const isOpen = ({ roles, isEverybodys }, identity) =>
  identity !== null && (isEverybodys || identity.grants.some(({ role }) => role === "operator" || roles.includes(role)));
