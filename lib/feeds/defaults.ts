/** What a feed does unless told otherwise; without zod, for the form in the browser. */
export const pollMinutesDefault = 15;
export const maxItemsPerHourDefault = 4;
