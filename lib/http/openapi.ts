import "server-only";
import { z } from "zod";
import { errorStatus } from "#lib/errors.ts";
import type { Described, RouteHandler } from "./resource.ts";

/** The exports of a route file, as far as they matter here. */
export type RouteModule = Partial<Record<string, unknown>>;

const about = `Campaigns, subscribers and deliveries of PushPilot.

**Who calls.** \`Authorization: Bearer\` with an access token (15 minutes, from \`POST /api/v1/auth/token\`) or an API key
(\`pp_live_…\`). A user's token names the workspace with \`X-Workspace-ID\` or \`?workspaceId=\`; a key belongs to one. The
dashboard's session cookie can read (GET) and never write (403). Pages of other origins cannot read this API's answers;
browsers on your site use the SDK's calls.

**Errors** are \`{"error": {code, message, details?, requestId}}\`; \`details\` names each faulty field by its dotted path.
Unknown fields are refused.

**Lists** take \`page\` and \`pageSize\` (at most 100) or \`cursor\`; \`total\` is exact to 10,000.

**Writes** take an \`Idempotency-Key\`: a repeat within 24 hours gets the first answer with
\`Idempotency-Replayed: true\`. PUT does what PATCH does.

**Limits.** \`X-RateLimit-Limit\`, \`-Remaining\` and \`-Reset\` (seconds since 1970) stand on each answer; 429 and 503 carry
\`Retry-After\`.`;

/**
 * The OpenAPI 3.1 document, from the very shapes that check requests and encode answers.
 *
 * @param modules every route file's exports; what `resource` did not make is left out
 * @param server where the API is reached
 */
export function openApi(modules: readonly RouteModule[], server: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const handler of modules.flatMap((module) => Object.entries(module)).flatMap(asHandler)) {
    const { route, name, describes } = handler;
    paths[route] = { ...paths[route], [name.toLowerCase()]: operation(route, name, describes) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "PushPilot API", version: "1", description: about },
    servers: [{ url: server }],
    tags: tagOrder(Object.keys(paths)).map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => a.localeCompare(b))),
    components: {
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "From POST /api/v1/auth/token.",
        },
        apiKey: { type: "http", scheme: "bearer", description: "pp_live_…, made in the dashboard." },
        session: { type: "apiKey", in: "cookie", name: "next-auth.session-token", description: "GET only." },
        subscription: { type: "http", scheme: "bearer", description: "The token that a browser's subscription got." },
      },
      schemas: { Error: errorSchema },
      responses: { Error: { description: "What went wrong", content: json({ $ref: "#/components/schemas/Error" }) } },
    },
  };
}

const lastTags = ["browser SDK", "operations"];

const errorSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "requestId"],
      properties: {
        code: { type: "string", enum: Object.keys(errorStatus) },
        message: { type: "string" },
        details: { type: "object", additionalProperties: { type: "array", items: { type: "string" } } },
        requestId: { type: "string" },
      },
    },
  },
};

function asHandler([name, value]: [string, unknown]): { route: string; name: string; describes: Described }[] {
  const { route, method } = typeof value === "function" ? (value as Partial<RouteHandler>) : {};
  return route !== undefined && method ? [{ route, name, describes: method.describes }] : [];
}

function operation(route: string, name: string, described: Described): object {
  const { summary, description, permission, access, status, otherStatus, result, download, upload, body } = described;
  const content = download
    ? { content: { [download]: { schema: { type: "string" } } } }
    : result && { content: json(schemaOf(result)) };
  const answered = { description: "Done", ...content };
  const usual = status ?? (result || download ? 200 : 204);
  return {
    operationId: operationId(route, name),
    summary,
    ...((description || permission || access === "instance") && {
      description: [
        description,
        access === "instance" && "For administrators of the installation.",
        permission && `Needs the permission \`${permission}\`.`,
      ]
        .filter(Boolean)
        .join("\n\n"),
    }),
    tags: [tagOf(route)],
    security: securityOf(access, name),
    parameters: [
      ...pathParameters(route, described.params),
      ...queryParameters(described.query),
      ...headerParameters(access, name),
    ],
    ...(upload && {
      requestBody: { required: true, content: { [upload]: { schema: { type: "string", format: "binary" } } } },
    }),
    ...(body && { requestBody: { required: true, content: json(schemaOf(body)) } }),
    responses: {
      [usual]: answered,
      ...(otherStatus && { [otherStatus]: answered }),
      default: { $ref: "#/components/responses/Error" },
    },
  };
}

function json(schema: object) {
  return { "application/json": { schema } };
}

/** In wire form: what a codec reads, not what it becomes inside. */
function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return made;
}

function operationId(route: string, name: string): string {
  const words = route
    .replace(/^\/api\/(v1\/)?/, "")
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return [name.toLowerCase(), ...words].map((word, index) => (index === 0 ? word : upperFirst(word))).join("");
}

function upperFirst(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The areas by name; what browsers and operators call comes last. */
function tagOrder(routes: string[]): string[] {
  const tags = [...new Set(routes.map(tagOf))].sort((a, b) => a.localeCompare(b));
  return [...tags.filter((tag) => !lastTags.includes(tag)), ...lastTags];
}

function tagOf(route: string): string {
  const [, area = "", version = "", resource = ""] = route.split("/").slice(0, 4);
  return area === "api" && version === "v1"
    ? resource
    : version === "sdk" || area === "c"
      ? "browser SDK"
      : "operations";
}

function securityOf(access: Described["access"], name: string): object[] {
  if (access === "public") return [];
  if (access === "sdk") return [{}, { subscription: [] }];
  const bearer =
    access === "user" || access === "instance" ? [{ accessToken: [] }] : [{ accessToken: [] }, { apiKey: [] }];
  return name === "GET" ? [...bearer, { session: [] }] : bearer;
}

function pathParameters(route: string, params: z.ZodObject | undefined): object[] {
  return [...route.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
    const shape: z.ZodType | undefined = params?.shape[name];
    const schema = shape ? schemaOf(shape) : { type: "string", format: "uuid" };
    return { name, in: "path", required: true, schema };
  });
}

function queryParameters(query: z.ZodObject | undefined): object[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query) as { properties?: object; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

function headerParameters(access: Described["access"], name: string): object[] {
  const header = (header: string, description: string) => ({
    name: header,
    in: "header",
    required: false,
    description,
    schema: { type: "string" },
  });
  return [
    ...(access === "workspace" ? [header("X-Workspace-ID", "The workspace; API keys need not say it.")] : []),
    ...(access !== "sdk" && name !== "GET" ? [header("Idempotency-Key", "Makes a repeat harmless for 24 hours.")] : []),
  ];
}
