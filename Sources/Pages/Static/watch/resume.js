/** The sheet in which a viewer applies for a job. */

import { post } from "../shared/api.js";
import { facts } from "../shared/card.js";
import { act, announce, find, show } from "../shared/dom.js";
import { open } from "../shared/sheet.js";
import { say } from "../shared/text.js";

/** The wording of `resume.consent` in text.js that people agree to; a new wording is a new version. */
const noticeVersion = "1";

const [dialog, form, error] = ["#resume", "#resume-form", "#resume-error"].map(find);

/** Opens the sheet; `sent` is called when the résumé is in the log. What was typed stays for the next one, on this page only. */
export function openResume(card, session, sent) {
  show(find("#resume-card"), facts(card));
  find("#resume-consent-text").textContent = say("resume.consent", { company: card.companyName });
  find("#resume-consent").checked = false;
  for (const field of form.elements) field.removeAttribute("aria-invalid");
  error.textContent = "";
  form.onsubmit = (event) => {
    event.preventDefault();
    act(find("#resume-send"), () => send(card, session, sent));
  };
  open(dialog);
  find("#resume-phone").focus();
}

async function send(card, session, sent) {
  const [phone, name, profile] = ["phone", "name", "profile"].map((field) => form.elements[field].value.trim());
  if (!phone) return refuse("resume.phone.invalid", "#resume-phone");
  find("#resume-phone").removeAttribute("aria-invalid");
  if (!find("#resume-consent").checked) return refuse("resume.consent.missing", "#resume-consent");
  find("#resume-consent").removeAttribute("aria-invalid");
  error.textContent = "";
  try {
    await post("/v1/submissions", {
      job: card.job,
      session,
      cardVersion: card.version,
      phone,
      ...(name && { name }),
      ...(profile && { profile: { experience: profile } }),
      consent: { recipient: card.company, noticeVersion },
    });
  } catch (problem) {
    if (problem.errors?.some(({ pointer }) => pointer === "/phone")) return refuse("resume.phone.invalid", "#resume-phone");
    error.textContent = problem.message;
    return;
  }
  dialog.close();
  announce(say("resume.sent"));
  await sent();
}

function refuse(reason, field) {
  error.textContent = say(reason);
  find(field).setAttribute("aria-invalid", "true");
  find(field).focus();
}
