import { complain, find } from "../shared/dom.js";
import { accountWords } from "../shared/accountwords.js";
import { frame } from "../shared/frame.js";
import { onSend } from "../shared/forms.js";
import { learn } from "../shared/text.js";
import { audit } from "./audit.js";
import { everybody } from "./everybody.js";
import { one } from "./one.js";

learn(accountWords);

async function begin() {
  const log = audit();
  const opened = one(() => Promise.all([all.load(), log.load()]).catch(complain));
  const all = everybody((account) => opened.look(account).catch(complain));
  onSend(find("#account"), (form) => opened.look(form.elements.account.value.trim()));
  await Promise.all([all.load(), log.load()]);
  return () => [opened, all, log].forEach((part) => part.render());
}

frame("accounts", begin);
