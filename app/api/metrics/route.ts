import { sameText } from "#lib/crypto.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { resource } from "#lib/http/resource.ts";
import { metricsText } from "#lib/metrics.ts";

/** Figures tell strangers about the business, so without METRICS_TOKEN there is nothing here. */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/metrics", {
  GET: {
    describes: { summary: "Figures in Prometheus' text format, for the bearer of METRICS_TOKEN", access: "public" },
    serve: async ({ request }) => {
      const expected = env().METRICS_TOKEN;
      if (expected === undefined) throw new AppError("not_found", "Set METRICS_TOKEN to have metrics.");
      const given = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
      if (!sameText(given, expected)) throw new AppError("unauthorized", "Send Authorization: Bearer <METRICS_TOKEN>.");
      const { text, contentType } = await metricsText();
      return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
    },
  },
});
