import "server-only";
import { z } from "zod";
import { env } from "#lib/env.ts";
import { AppError, invalid } from "#lib/errors.ts";
import { findSiteIdOfSubscription, isKnownOrigin } from "#lib/sites/public-origin.ts";
import { findPublicSite, isAllowedOrigin, type PublicSite, requireOrigin } from "#lib/sites/public-site.ts";
import { readSubscriptionToken } from "#lib/subscribers/tokens.ts";
import { clientAddress } from "./client-address.ts";
import { asReply, type Outcome } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { decodeInput, readJson, readQuery } from "./input.ts";
import { sdkAddressLimit, sdkSiteLimit, takeLeased } from "./rate-limit.ts";
import type { Method } from "./resource.ts";

/** A browser's call, for a site that it may speak for. */
export interface PublicCall<B> {
  site: PublicSite;
  body: B;
  /** The page's origin; null for a GET without one. */
  origin: string | null;
  userAgent: string | null;
  /** ISO 3166 code, when a trusted proxy says it. No address is handed on. */
  country: string | null;
  /** The dashboard's own page: "send to this browser". */
  isOwnOrigin: boolean;
  /** The subscription that the caller's token speaks for. @throws unauthorized · invalid_token */
  subscriptionId: () => string;
}

/**
 * One method of the browser SDK's API: anybody may call it, from the pages of the site that it names. The site comes
 * from the path, from `siteId` in the body or else from the subscription's token; the Origin header must be one of the
 * site's (only a GET may lack it). Calls are counted per address and per site.
 */
export function publicEndpoint<B extends z.ZodType = z.ZodObject, R extends z.ZodType = z.ZodUndefined>(definition: {
  summary: string;
  description?: string;
  params?: z.ZodObject;
  body?: B;
  /** Absent: 204 with no body. */
  result?: R;
  status?: number;
  otherStatus?: number;
  run: (call: PublicCall<z.output<B>>) => Promise<Outcome<R>>;
}): Method {
  async function serve(exchange: Exchange): Promise<Response> {
    const { request, headers } = exchange;
    headers.append("vary", "origin");
    await takeLeased("sdk-address", clientAddress(request), sdkAddressLimit);
    decodeInput(z.strictObject({}), readQuery(exchange.url), "query");
    const isRead = request.method === "GET" || request.method === "HEAD";
    const json = isRead ? {} : await readJson(request);
    const site = await findSite(exchange, json);
    exchange.workspaceId = site.workspaceId;
    const origin = request.headers.get("origin");
    if (origin !== null || !isRead) requireOrigin(site, origin);
    if (origin !== null) headers.set("access-control-allow-origin", origin);
    headers.set("access-control-expose-headers", "retry-after, x-request-id");
    await takeLeased("sdk-site", site.id, sdkSiteLimit);
    const body = decodeInput(definition.body ?? z.strictObject({}), json, "body");
    const outcome = await definition.run({
      site,
      // The default shape has no fields, like the type it stands for.
      body: body as z.output<B>,
      origin,
      userAgent: request.headers.get("user-agent"),
      country: countryOf(request),
      isOwnOrigin: origin === new URL(env().APP_URL).origin,
      subscriptionId: () => readSubscriptionToken(tokenOf(request) ?? requireToken()),
    });
    const { status = definition.status, data } = asReply(outcome);
    if (!definition.result) return new Response(null, { status: status ?? 204 });
    return Response.json(z.encode(definition.result, data as z.output<R>), { status: status ?? 200 });
  }

  return { serve, preflight, describes: { ...definition, access: "sdk" } };
}

/** A preflight has no body and so, but for the path, no site: then any site's origin will do; the call itself is checked. */
async function preflight({ request, params, headers }: Exchange): Promise<Response> {
  headers.append("vary", "origin");
  const origin = request.headers.get("origin");
  if (origin !== null && (await mayPreflight(origin, params.siteId))) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-methods", "GET, POST");
    headers.set("access-control-allow-headers", "authorization, content-type, x-request-id");
    headers.set("access-control-max-age", "600");
  }
  return new Response(null, { status: 204 });
}

async function mayPreflight(origin: string, siteId: string | undefined): Promise<boolean> {
  if (origin === new URL(env().APP_URL).origin) return true;
  if (siteId === undefined) return await isKnownOrigin(origin);
  return isAllowedOrigin(await findPublicSite(siteId), origin);
}

async function findSite({ request, params }: Exchange, json: unknown): Promise<PublicSite> {
  const named = params.siteId ?? (json as { siteId?: unknown } | null)?.siteId;
  if (typeof named === "string") return await findPublicSite(named);
  if (named !== undefined) throw invalid("siteId", "Must be the site's id.");
  const token = tokenOf(request);
  if (token === undefined) throw invalid("siteId", "Required.");
  const siteId = await findSiteIdOfSubscription(readSubscriptionToken(token));
  if (siteId === undefined) throw new AppError("not_found", "Subscription not found.");
  return await findPublicSite(siteId);
}

function tokenOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get("authorization")?.trim() ?? "")?.[1];
}

function requireToken(): never {
  throw new AppError("unauthorized", "Send Authorization: Bearer <the subscription's token>.");
}

/** Headers in which the usual proxies say the country; strangers can send them too, so only behind a trusted proxy. */
const countryHeaders = ["cf-ipcountry", "x-vercel-ip-country", "cloudfront-viewer-country"];

function countryOf(request: Request): string | null {
  if (env().TRUSTED_PROXY_HOPS === 0) return null;
  const said = countryHeaders.map((name) => request.headers.get(name)?.toUpperCase()).find(Boolean);
  return said && /^[A-Z]{2}$/.test(said) && said !== "XX" ? said : null;
}
