import { z } from "zod";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { guessSite } from "#lib/sites/guess.ts";
import { SiteGuess } from "#lib/sites/schema.ts";

const GuessRequest = z.strictObject({ url: z.string().min(1, "Required.").max(2048) });

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites/guess", {
  POST: endpoint({
    summary: "Read a page to fill in a new site's name and icon",
    permission: "sites:write",
    body: GuessRequest,
    result: SiteGuess,
    run: ({ ctx, body }) => guessSite(ctx, body),
  }),
});
