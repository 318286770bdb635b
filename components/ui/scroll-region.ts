/** What scrolls by itself has to be reachable by keyboard (WCAG 2.1.1); Safari does not make it so. Needs a name. */
export const scrollRegion = { tabIndex: 0 };
