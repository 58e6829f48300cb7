/** client.js has what client.d.ts declares, and nothing besides. */

import * as actual from "./actual.js";
import * as declared from "./client.js";

/** `true`, or a type that names what only one of the two has. */
type Same<One, Other> = [One, Other] extends [Other, One] ? true : { declaredOnly: Exclude<One, Other>; actualOnly: Exclude<Other, One> };

/** Without what every EventTarget has: a JavaScript class can't say which events it dispatches. */
type Own<Client> = Omit<Client, keyof EventTarget>;

export const exported: Same<keyof typeof declared, keyof typeof actual> = true;
export const members: Same<keyof declared.LiveClient, keyof actual.LiveClient> = true;
export const statics: Same<keyof typeof declared.LiveClient, keyof typeof actual.LiveClient> = true;
export const fits: new (...given: ConstructorParameters<typeof declared.LiveClient>) => Own<declared.LiveClient> = actual.LiveClient;
