import { complain, find } from "../shared/dom.js";
import { accountWords } from "../shared/accountwords.js";
import { frame } from "../shared/frame.js";
import { form } from "../shared/form.js";
import { learn } from "../shared/text.js";
import { audit } from "./audit.js";
import { everybody } from "./everybody.js";
import { one } from "./one.js";

learn(accountWords);

async function begin() {
  const log = audit();
  const opened = one(() => Promise.all([all.load(), log.load()]).catch(complain));
  const all = everybody((account) => opened.look(account).catch(complain));
  const asked = {
    name: "name",
    words: "accounts.account",
    required: true,
    max: 128,
    more: { autocapitalize: "none", spellcheck: "false" },
  };
  const choice = form({ id: "account", fields: [asked], send: "accounts.look", submit: ({ name }) => opened.look(name) });
  find('[data-form="account"]').replaceWith(choice.node);
  await Promise.all([all.load(), log.load()]);
  return () => [opened, all, log].forEach((part) => part.render());
}

frame("accounts", begin);
