import "server-only";
import { z } from "zod";
import { authenticateRequest, type Principal } from "#lib/auth/bearer.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { contextFor } from "#lib/auth/workspace-context.ts";
import type { Context } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";
import { clientAddress } from "./client-address.ts";
import type { Exchange } from "./exchange.ts";
import { asAppError, errorResponse } from "./failure.ts";
import { type Answer, once } from "./idempotency.ts";
import { decodeInput, readJson, readQuery } from "./input.ts";
import { countCall, publicLimit, rateLimited, rateLimitHeaders, takeLeased } from "./rate-limit.ts";
import type { Method } from "./resource.ts";
import { noUpload, uploadOf } from "./upload.ts";

/**
 * Whom a call is for: `workspace` a person or API key in a workspace, which the path, the X-Workspace-ID header,
 * ?workspaceId= or the key names · `caller` the same, whichever workspace · `user` a person only · `instance` a person, who must administer the installation · `public` anybody.
 */
export type Access = "workspace" | "caller" | "user" | "instance" | "public";

interface Given {
  workspace: { ctx: Context };
  caller: { principal: Principal };
  user: { userId: string };
  instance: { userId: string };
  public: object;
}

export type Call<A extends Access, P, Q, B> = Given[A] & {
  params: P;
  query: Q;
  body: B;
  /** The file that the call brings, as it comes; nothing unless its definition names `upload`. */
  upload: AsyncIterable<Uint8Array>;
  /** For limits on guessing and the audit log. */
  caller: { ip: string; requestId: string };
};

/** An answer with another status than the endpoint's usual one. */
export class Reply<Data> {
  readonly status: number;
  readonly data: Data;

  constructor(status: number, data: Data) {
    this.status = status;
    this.data = data;
  }
}

/** A file to save, of a GET whose definition names its `download` type. */
export class Download {
  readonly name: string;
  readonly body: ReadableStream<Uint8Array>;

  /** Media type, where it is not the one of the definition. */
  readonly type: string | undefined;

  constructor(name: string, body: ReadableStream<Uint8Array>, type?: string) {
    this.name = name;
    this.body = body;
    this.type = type;
  }
}

/** What `run` returns: the result's value; whatever it likes where there is no result, because nothing of it is shown. */
export type Outcome<R extends z.ZodType> = R extends z.ZodUndefined ? unknown : z.output<R> | Reply<z.output<R>>;

/** What a path of an API can do with one method: its shapes, for the door and for the OpenAPI document, and its work. */
export interface Definition<
  A extends Access,
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  R extends z.ZodType,
> {
  summary: string;
  description?: string;
  access?: A;
  /** What the domain function demands; said in the document, enforced in the domain. */
  permission?: Permission;
  params?: P;
  query?: Q;
  body?: B;
  /** Absent: the answer is 204 with no body. */
  result?: R;
  /** Media type of a file instead of a result; `run` then returns a `Download`. */
  download?: string;
  /** Media type of a file that comes instead of a JSON body, by itself or as the one part of a form. */
  upload?: string;
  /** Of the usual answer; 200, or 204 without a result. */
  status?: number;
  /** Other statuses that a `Reply` may carry. */
  otherStatus?: number;
  run: (call: Call<A, z.output<P>, z.output<Q>, z.output<B>>) => Promise<Outcome<R>>;
}

const None = z.strictObject({});
type None = typeof None;

/** Path parameters that are ids. What is no id is answered 404 like one that does not exist. */
export function ids<const Name extends string>(...names: Name[]): z.ZodObject<Record<Name, z.ZodString>> {
  const shape = Object.fromEntries(names.map((name) => [name, z.string().refine(isId)]));
  return z.object(shape as Record<Name, z.ZodString>);
}

/**
 * One method of a path: authenticates, counts, decodes, hands over to a domain function (which authorises) and encodes
 * its answer by the result's shape, which drops whatever the shape does not name.
 */
export function endpoint<
  A extends Access = "workspace",
  P extends z.ZodObject = None,
  Q extends z.ZodObject = None,
  B extends z.ZodType = None,
  R extends z.ZodType = z.ZodUndefined,
>(definition: Definition<A, P, Q, B, R>): Method {
  const access: Access = definition.access ?? "workspace";

  async function serve(exchange: Exchange): Promise<Response> {
    const { request, url } = exchange;
    const { workspaceId, ...query } = readQuery(url);
    const wanted = exchange.params.workspaceId ?? request.headers.get("x-workspace-id") ?? workspaceId;
    const who = await identify(access, exchange, wanted || undefined);
    const writes = request.method !== "GET" && request.method !== "HEAD";
    const call = {
      ...who.given,
      params: decodeParams(definition.params, exchange.params),
      query: decodeInput(definition.query ?? None, query, "query"),
      caller: { ip: clientAddress(request), requestId: exchange.requestId },
    };
    if (!writes) {
      const got = { ...call, body: {}, upload: noUpload() };
      return definition.download ? file(await run(got), definition.download) : render(await answer(got));
    }
    const json = definition.upload === undefined ? await readJson(request) : {};
    const body = decodeInput(definition.body ?? None, json, "body");
    const upload = definition.upload === undefined ? noUpload() : uploadOf(request, definition.upload);
    const write = () => answer({ ...call, body, upload });
    const key = request.headers.get("idempotency-key");
    if (key === null) return render(await write());
    const content = `${request.method} ${url.pathname}${url.search}\n${JSON.stringify(json)}`;
    const kept = await once({ key, caller: who.name, content }, () => settled(write, exchange));
    if (kept.replayed) exchange.headers.set("idempotency-replayed", "true");
    return render(kept.answer);
  }

  /** The caller and the decoded shapes together are what `run` asks for; generics cannot follow them this far. */
  function run(call: object): Promise<unknown> {
    return definition.run(call as Call<A, z.output<P>, z.output<Q>, z.output<B>>);
  }

  async function answer(call: object): Promise<Answer> {
    const outcome = await run(call);
    const { status = definition.status, data } = asReply(outcome);
    if (!definition.result) return { status: status ?? 204, body: undefined };
    return { status: status ?? 200, body: z.encode(definition.result, data as z.output<R>) };
  }

  return { serve, describes: { ...definition, access }, ...(definition.upload && { deadlineMs: uploadDeadlineMs }) };
}

/** A large file over a slow line takes its time. */
const uploadDeadlineMs = 30 * 60_000;

/** The outcome with the status it asks for, if any. */
export function asReply(outcome: unknown): { status?: number; data: unknown } {
  return outcome instanceof Reply ? outcome : { data: outcome };
}

/** Who calls: what the domain gets of it, and a name for idempotency keys. */
async function identify(
  access: Access,
  exchange: Exchange,
  workspaceId: string | undefined,
): Promise<{ given: object; name: string }> {
  if (access === "public") {
    await takeLeased("public", clientAddress(exchange.request), publicLimit);
    return { given: {}, name: "public" };
  }
  const principal = await authenticateRequest(exchange.request);
  exchange.userId = principal.userId;
  refuseCookieWrite(principal, exchange.request.method);
  const who = principal.kind === "api_key" ? principal.apiKeyId : principal.userId;
  if (access === "workspace") {
    const ctx = await contextFor(principal, workspaceId, exchange.requestId);
    exchange.workspaceId = ctx.workspaceId;
    await spendCall(exchange, principal, ctx.workspaceId);
    return { given: { ctx }, name: `${ctx.workspaceId} ${who}` };
  }
  const isPerson = access === "user" || access === "instance";
  if (isPerson && principal.kind === "api_key")
    throw new AppError("forbidden", "API keys belong to a workspace. Use an access token for this call.");
  await spendCall(exchange, principal, undefined);
  return { given: isPerson ? { userId: principal.userId } : { principal }, name: who };
}

/** Browsers send cookies unasked, so a cookie proves no intent; the dashboard writes through server actions. */
function refuseCookieWrite(principal: Principal, method: string): void {
  if (principal.kind !== "user" || principal.via !== "session" || method === "GET" || method === "HEAD") return;
  throw new AppError("forbidden", "A session cookie can only read. Write with an access token or an API key.");
}

async function spendCall(exchange: Exchange, principal: Principal, workspaceId: string | undefined): Promise<void> {
  const { exceeded, ...allowance } = await countCall(principal, workspaceId);
  for (const [name, value] of Object.entries(rateLimitHeaders(allowance))) exchange.headers.set(name, value);
  if (exceeded) throw rateLimited(allowance);
}

function decodeParams(shape: z.ZodObject | undefined, params: Record<string, string>): unknown {
  const parsed = (shape ?? z.object({})).safeParse(params);
  if (!parsed.success) throw new AppError("not_found", "There is nothing with this id.");
  return parsed.data;
}

/** An error as an answer too, so that a repeat with the same key gets the same one. */
async function settled(run: () => Promise<Answer>, exchange: Exchange): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AppError) || error.retryAfterSeconds !== undefined) throw error;
    const shown = errorResponse(asAppError(error, {}), exchange.requestId);
    return { status: shown.status, body: await shown.json() };
  }
}

function file(outcome: unknown, type: string): Response {
  if (!(outcome instanceof Download)) throw new TypeError("an endpoint that names a download must return one");
  const headers = {
    "cache-control": "no-store",
    "content-type": outcome.type ?? type,
    "content-disposition": `attachment; filename="${outcome.name}"`,
  };
  return new Response(outcome.body, { headers });
}

function render({ status, body }: Answer): Response {
  const headers = { "cache-control": "no-store" };
  return body === undefined ? new Response(null, { status, headers }) : Response.json(body, { status, headers });
}
