/** Forms whose faults are told beside them. */

import { act, find } from "./dom.js";
import { say } from "./text.js";

/** Does what a form is sent for, and says at `#{form}-error` what went wrong, with the first field that is empty or refused in focus. */
export function onSend(form, work) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const error = find(`#${form.id}-error`) ?? form.querySelector(".error");
    error.textContent = "";
    const lacking = Array.from(form.elements).find((field) => field.required && !field.value.trim());
    if (lacking) {
      error.textContent = say("form.lacking");
      return lacking.focus();
    }
    act(form.querySelector("[type=submit]"), () =>
      work(form).catch((problem) => {
        if (!("status" in problem)) throw problem;
        error.textContent = problem.message;
        const name = problem.errors[0]?.pointer?.split("/")[1];
        (form.elements[name] ?? form.elements[0]).focus();
      }),
    );
  });
}
