// `loader.js`: the script of sites on which no campaign is live.

import { embed } from "./embed";

/** What `proactive.js` does can be called on every site, and does nothing on these. */
const nothing = () => {};

embed(() => ({
  methods: {
    "campaign s": nothing,
    "suppressCampaigns b": nothing,
    "track s": nothing,
    "setAttributes o": nothing,
    "cart o": nothing,
    "debug b": nothing,
  },
}));
