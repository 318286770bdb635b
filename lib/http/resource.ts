import "server-only";
import type { z } from "zod";
import type { Permission } from "#lib/auth/permissions.ts";
import { env } from "#lib/env.ts";
import { type Exchange, exchange, methodNotAllowed, type Segment } from "./exchange.ts";

/** What the OpenAPI document says of a method. */
export interface Described {
  summary: string;
  description?: string;
  access: "workspace" | "caller" | "user" | "instance" | "public" | "sdk";
  permission?: Permission;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  result?: z.ZodType;
  download?: string;
  upload?: string;
  status?: number;
  otherStatus?: number;
}

/** One method of a path, as `endpoint` and `publicEndpoint` make it. */
export interface Method {
  describes: Described;
  serve: (exchange: Exchange) => Promise<Response>;
  /** Longest it may take; absent: as for all. */
  deadlineMs?: number;
  /** Answers a preflight; without it only this installation's own origin is allowed. */
  preflight?: (exchange: Exchange) => Promise<Response>;
}

const names = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Name = (typeof names)[number];

/** A route handler of Next, with what it is about for the OpenAPI document and the tests. */
export type RouteHandler = ((request: Request, segment: Segment) => Promise<Response>) & {
  route: string;
  method: Method | undefined;
};

type Handlers = Record<Name | "OPTIONS", RouteHandler>;

/**
 * All that one path can do, as the exports of its route file:
 * `export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/sites", { GET: endpoint({…}), … });`
 *
 * PUT does what PATCH does, for callers of the source systems. What the path cannot do is answered 405 in JSON.
 *
 * @param route the path with its parameters in braces; a test compares it with where the file lies
 */
export function resource(route: string, methods: Partial<Record<Name, Method>>): Handlers {
  const known: Partial<Record<Name, Method>> = { ...(methods.PATCH && { PUT: methods.PATCH }), ...methods };
  const allowed = [...names.filter((name) => known[name]), "OPTIONS"];
  const [first] = Object.values(methods);

  function handler(name: Name | "OPTIONS", serve: (exchange: Exchange) => Promise<Response>): RouteHandler {
    const handle = (request: Request, segment: Segment) =>
      exchange(route, request, segment, serve, name === "OPTIONS" ? undefined : known[name]?.deadlineMs);
    return Object.assign(handle, { route, method: name === "OPTIONS" ? undefined : methods[name] });
  }

  const entries = names.map((name) => {
    const method = known[name];
    const serve = async (each: Exchange) => {
      if (!method) {
        each.headers.set("allow", allowed.join(", "));
        throw methodNotAllowed(each.request.method, allowed);
      }
      if (!first?.preflight) allowOwnOrigin(each);
      return await method.serve(each);
    };
    return [name, handler(name, serve)] as const;
  });
  const options = handler("OPTIONS", async (each) => {
    each.headers.set("allow", allowed.join(", "));
    if (first?.preflight) return await first.preflight(each);
    allowOwnOrigin(each);
    return new Response(null, { status: 204 });
  });
  return Object.fromEntries([...entries, ["OPTIONS", options]]) as Handlers;
}

/** The API is for servers and for our own dashboard: pages of other origins cannot read its answers. */
function allowOwnOrigin({ request, headers }: Exchange): void {
  headers.append("vary", "origin");
  const origin = request.headers.get("origin");
  if (origin !== null && origin === new URL(env().APP_URL).origin) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-methods", names.join(", "));
    headers.set("access-control-allow-headers", "authorization, content-type, idempotency-key, x-workspace-id");
  }
}
