// What is counted on a page: sent once, when the page is left; what comes later goes with the next
// page of the visit.

import { json } from "../store";
import type { CampaignHost } from "./host";

/** Counts one more, or so many, for a campaign's variant. */
export type Count = (id: string, variant: string, what: string, by?: number) => void;

export function counting({ lent, visit }: CampaignHost, keep: () => void): Count {
  const { config, signal } = lent;
  let sent = false;
  const send = () => {
    const counts = Object.values(visit.counts ?? {});
    if (sent || !counts.length || config.preview) return;
    sent = navigator.sendBeacon(`${config.origin}/v1/sites/${config.site}/counts`, json({ counts }));
    if (!sent) return;
    visit.counts = {};
    keep();
  };
  addEventListener("pagehide", send, { signal });
  // On telephones a page that is hidden may never be seen again.
  const hide = () => document.visibilityState == "hidden" && send();
  document.addEventListener("visibilitychange", hide, { signal });

  return (id, variant, what, by = 1) => {
    if (config.preview) return;
    const counts = ((visit.counts ??= {})[id] ??= { campaign: id, variant });
    counts[what] = (counts[what] ?? 0) + by;
    keep();
  };
}
