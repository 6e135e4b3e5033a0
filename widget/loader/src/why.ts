// `why.js`: fetched when the chat's frame did not come, to tell whoever looks into the browser's
// console what is to be changed. That it could be fetched at all says that the relay is there.

import { strangers } from "./origins";

declare const __PORCHLIGHT_CONFIG__: { origin: string; site: string; origins: string[] };

const { origin, site, origins } = __PORCHLIGHT_CONFIG__;

/** Milliseconds in which a page's policy has its say. */
const SAY = 500;

let refused = "";
const hear = ({ effectiveDirective, disposition, blockedURI }: SecurityPolicyViolationEvent) => {
  if (disposition == "enforce" && /^(frame|child|default)-src/.test(effectiveDirective) && blockedURI.startsWith(origin)) {
    refused = effectiveDirective;
  }
};

function cause(): string {
  if (refused) return `This page's Content-Security-Policy does not allow it: add "frame-src ${origin}".`;
  const unlisted = strangers(origins, [location.origin, ...(location.ancestorOrigins ?? [])]);
  return unlisted.length
    ? `${unlisted.join(" and ")} is not on the site's list: add it to “Addresses that may show the chat” in the console's settings.`
    : `${origin} answers and knows this page, but the frame did not come within 8 seconds: a slow line, or an extension or a network that blocks frames.`;
}

// Policies tell only those who listened when they refused something.
addEventListener("securitypolicyviolation", hear);
const probe = document.createElement("iframe");
probe.style.display = "none";
probe.src = `${origin}/frame/${site}`;
document.documentElement.append(probe);
setTimeout(() => {
  probe.remove();
  removeEventListener("securitypolicyviolation", hear);
  console.warn(`Porchlight: the chat's frame was not loaded. ${cause()}`);
}, SAY);
