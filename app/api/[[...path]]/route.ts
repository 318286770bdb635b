import { AppError } from "#lib/errors.ts";
import { resource } from "#lib/http/resource.ts";

const nothingHere = {
  describes: { summary: "Any path that there is not", access: "public" },
  serve: async () => {
    throw new AppError("not_found", "There is nothing at this path. The paths that there are: /api/v1/openapi.json");
  },
} as const;

/** What no other route takes, in JSON like everything else of the API. */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/{...path}", {
  GET: nothingHere,
  POST: nothingHere,
  PUT: nothingHere,
  PATCH: nothingHere,
  DELETE: nothingHere,
});
