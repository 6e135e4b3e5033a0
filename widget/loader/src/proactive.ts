// `proactive.js`: the script of sites on which a campaign is live.

import { embed } from "./embed";
import { campaigns } from "./proactive/campaigns";

embed((chat) => {
  try {
    return campaigns(chat);
  } catch (error) {
    // The chat is there without its campaigns.
    console.error(error);
  }
});
