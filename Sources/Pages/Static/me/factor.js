/** The second factor of whoever has signed in: begun with the password, confirmed by a code, removed with the password again. */

import { post } from "../shared/api.js";
import { announce, find, show } from "../shared/dom.js";
import { form } from "../shared/form.js";
import { say } from "../shared/text.js";

/** The password that is asked for once more before anything of a sign-in changes. */
export const passwordField = {
  name: "password",
  words: "me.password.again",
  kind: "password",
  required: true,
  more: { autocomplete: "current-password" },
};

/** `changed` is called once the factor is removed. */
export function factorPart(changed) {
  let hasFactor;

  const code = form({
    id: "factor-code",
    fields: [
      {
        name: "code",
        words: "signin.code",
        required: true,
        max: 6,
        more: { inputmode: "numeric", pattern: "[0-9]{6}", autocomplete: "one-time-code" },
      },
    ],
    send: "me.factor.confirm",
    submit: async (entered) => {
      await post("/v1/me/second-factor/confirmation", entered);
      // Grants that waited for it are there now, and with them other pages.
      location.reload();
    },
  });
  find('[data-form="factor-code"]').replaceWith(code.node);

  async function begin(entered) {
    const { secret, address, image } = await post("/v1/me/second-factor", entered);
    find("#factor-press").hidden = true;
    find("#factor-secret").textContent = secret.replace(/(.{4})(?=.)/g, "$1 ");
    find("#factor-address").href = address;
    find("#factor-image").src = URL.createObjectURL(new Blob([image], { type: "image/svg+xml" }));
    find("#factor-offer").hidden = false;
    find("#factor-code-code").focus();
  }

  async function remove(entered) {
    await post("/v1/me/second-factor/removal", entered);
    announce(say("me.factor.removed"));
    await changed();
  }

  /** The form that begins or removes it, whichever is due. */
  function render({ secondFactor, factorDemanded }) {
    find("#factor-state").textContent = say(secondFactor ? "me.factor.on" : factorDemanded ? "me.factor.demanded" : "me.factor.off");
    find("#factor-image").alt = say("me.factor.image");
    if (hasFactor === secondFactor) return;
    hasFactor = secondFactor;
    const [send, submit] = secondFactor ? ["me.factor.remove", remove] : ["me.factor.begin", begin];
    show(find("#factor-press"), form({ id: "factor-password", fields: [passwordField], send, look: "", submit }).node);
  }

  return { render };
}
