// `voice.js`: what a campaign does once it speaks. `proactive.js` fetches it when it is needed.

import { speaking } from "./proactive/speaking";

const page = window as unknown as { Porchlight?: (name: "voice", make: typeof speaking) => void };

page.Porchlight?.("voice", speaking);
