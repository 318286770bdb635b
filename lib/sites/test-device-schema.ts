import { z } from "zod";
import { Id, Instant } from "#lib/schema.ts";

/** A browser of the dashboard's people, subscribed for test sends; in no audience. */
export const TestDevice = z.object({
  /** The subscription's: what `POST /sites/{siteId}/test` takes. */
  id: Id,
  /** Whose it is: the member who first sent a test to it from itself, as far as known. */
  name: z.string().nullable(),
  browser: z.string().nullable(),
  os: z.string().nullable(),
  deviceType: z.string().nullable(),
  lastSeenAt: Instant,
});
export type TestDevice = z.output<typeof TestDevice>;

export const TestDevices = z.object({ data: z.array(TestDevice) });
