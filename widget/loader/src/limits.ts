// Spans with a name. Nothing is imported here, so that the bundler writes them as numbers.

/** Milliseconds: single-page sites set the title after the address. */
export const TITLE_PATIENCE = 300;
/** Milliseconds: of more addresses within them only the last is a page that was visited. */
export const PASSING = 1_000;
/** Milliseconds that the frame may take to say that it is there, before the visitor is told. */
export const PATIENCE = 8_000;
/** How often the launcher comes back to a page that removes it. */
export const RETURNS = 9;
/** Milliseconds after which the rest begins although nothing was painted. */
export const UNSEEN = 200;
/** Seconds between two looks at all campaigns, whatever happens in between. */
export const LOOK = 0.2;
/** Seconds: somebody who comes back within them, in another tab, is still on the same visit. */
export const VISIT = 1_800;
/** Days in which the campaigns of one visitor are capped. */
export const MONTH = 30;
/** Seconds after which somebody who moves again was still. */
export const STILL = 1;
/** Seconds that a browser's timer can wait. */
export const LONGEST_WAIT = 2e6;
