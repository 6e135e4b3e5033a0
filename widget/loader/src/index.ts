// `loader.js`: the script of sites on which no campaign is live.

import { embed } from "./embed";

/** What `proactive.js` does can be called on every site, and does nothing on these. */
const nothing = () => {};

embed(() => ({
  methods: {
    "campaign string": nothing,
    "suppressCampaigns boolean": nothing,
    "track string": nothing,
    "setAttributes object": nothing,
    "cart object": nothing,
    "debug boolean": nothing,
  },
}));
