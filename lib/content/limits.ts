/** How much a message can say; without zod, for forms in the browser. */
export const maxTitleGraphemes = 120;
export const maxMessageGraphemes = 2000;
/** Chrome shows two action buttons at most; other browsers fewer. */
export const maxActions = 2;
export const maxActionGraphemes = 40;
export const maxUtmGraphemes = 200;
