import type { z } from "zod";
import { EventName } from "./drip-schema.ts";
import { NewCampaign } from "./schema.ts";

/** A welcome campaign where the path says the rest. */
export const NewWelcome = NewCampaign.pick({ name: true, steps: true, options: true }).extend({
  stopEvent: EventName.optional(),
});
export type NewWelcome = z.output<typeof NewWelcome>;
