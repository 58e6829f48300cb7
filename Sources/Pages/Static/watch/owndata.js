/** Which companies may have what this viewer has sent, and the ways to take that back or to have all of it erased. */

import { get, post } from "../shared/api.js";
import { announce, button, element, find, show } from "../shared/dom.js";
import { say } from "../shared/text.js";

/** `changed` is called when something was taken back, and is to load this, too. */
export function ownData(changed) {
  /** `any` tells whether this viewer has sent anything. */
  async function load(any) {
    const { kept, consents } = any ? await get("/v1/candidate") : { kept: false };
    show(find("#own-data"), kept && panel(consents));
  }

  function panel(consents) {
    const items = consents.map(({ company, companyName }) => element(
      "li",
      {},
      element("span", {}, companyName),
      sure("own.withdraw", companyName, () => post(`/v1/candidate/consents/${company}/withdrawal`), "own.withdrawn"),
    ));
    return element(
      "details",
      { class: "own" },
      element("summary", {}, say("own.title")),
      consents.length > 0 && element("p", { class: "soft" }, say("own.consents")),
      element("ul", {}, items),
      element("p", { class: "soft" }, say("own.erasure")),
      sure("own.erase", "", () => post("/v1/candidate/erasure"), "own.erased"),
    );
  }

  /** A button that is pressed twice before it does something. */
  function sure(words, about, work, done) {
    const press = async (control) => {
      if (control.dataset.sure === undefined) {
        control.dataset.sure = "";
        control.textContent = say(`${words}.sure`);
        control.removeAttribute("aria-label");
        return;
      }
      await work();
      announce(say(done));
      await changed();
    };
    return button(say(words), press, { class: "small", "aria-label": about ? `${say(words)}: ${about}` : say(words) });
  }

  return { load };
}
