// `why.js`: fetched when the chat's frame did not come, to tell whoever looks into the browser's
// console what is to be changed. That it could be fetched at all says that the relay is there.

import { strangers } from "./origins";

declare const __PORCHLIGHT_CONFIG__: { origin: string; origins: string[] };

const { origin, origins } = __PORCHLIGHT_CONFIG__;
const around = [location.origin, ...(location.ancestorOrigins ?? [])];
const unlisted = strangers(origins, around);
const cause = unlisted.length
  ? `${unlisted.join(" and ")} is not on the site's list. Add it to “Addresses that may show the chat” on the site's page in the console's settings.`
  : `${origin} answers and knows this page, but its frame did not come within 8 seconds: a slow line, or an extension or a network that blocks frames.`;
console.warn(`Porchlight: the chat's frame was not loaded. ${cause}`);
