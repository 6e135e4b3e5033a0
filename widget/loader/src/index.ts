// `loader.js`: the script of sites on which no campaign is live.

import { embed } from "./embed";

/** What `proactive.js` does can be called on every site, and does nothing on these. */
const NOTHING = "campaign suppressCampaigns track setAttributes cart debug".split(" ").map((it) => [it, () => {}]);

embed(() => ({ methods: Object.fromEntries(NOTHING) }));
