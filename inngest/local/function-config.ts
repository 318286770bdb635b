import { parseCron } from "./cron.ts";
import { compile } from "./expr.ts";
import { parseDuration } from "./time.ts";

export type Limit = { limit: number; key?: string; scope?: "fn" | "env" | "account" };

/** One function as the SDK registers it. */
export type FunctionConfig = {
  id: string;
  name?: string;
  triggers: { event?: string; expression?: string; cron?: string }[];
  steps: Record<string, { runtime: { type: string; url: string }; retries?: { attempts?: number } }>;
  idempotency?: string;
  batchEvents?: { maxSize: number; timeout: string; key?: string; if?: string };
  rateLimit?: { limit: number; period: string; key?: string };
  throttle?: { limit: number; period: string; burst?: number; key?: string };
  concurrency?: number | Limit | Limit[];
  debounce?: { period: string; key?: string; timeout?: string };
  priority?: { run?: string };
  timeouts?: { start?: string; finish?: string };
  singleton?: { mode: "skip" | "cancel"; key?: string };
  cancel?: { event: string; if?: string }[];
};

const optionKeys: Record<string, string[]> = {
  batchEvents: ["maxSize", "timeout", "key", "if"],
  rateLimit: ["limit", "period", "key"],
  throttle: ["limit", "period", "burst", "key"],
  debounce: ["period", "key", "timeout"],
  priority: ["run"],
  timeouts: ["start", "finish"],
  singleton: ["mode", "key"],
};
const plainKeys = ["id", "name", "triggers", "steps", "idempotency", "concurrency", "cancel"];

/** What a registration asks for and this server cannot do. Its message names the function and the option. */
export class RefusedError extends Error {}

/**
 * Checks one function of a registration. Stricter than a hosted Inngest where that ignores or misreads an option, so
 * that nothing is accepted here and then not done.
 *
 * @throws RefusedError
 */
export function checkFunction(config: FunctionConfig): void {
  const fn = typeof config?.id === "string" ? config.id : "";
  const at = (option: string, check: () => void) => {
    try {
      check();
    } catch (error) {
      throw new RefusedError(`${fn || "a function without id"}: ${option}: ${(error as Error).message}`);
    }
  };
  at("id", () => need(/^[\w./-]{1,200}$/.test(fn), "must be 1 to 200 letters, digits, dots, slashes or dashes"));
  at("options", () => needKeys(config, [...plainKeys, ...Object.keys(optionKeys)]));
  for (const [option, keys] of Object.entries(optionKeys)) {
    const value = config[option as keyof FunctionConfig];
    if (value !== undefined) at(option, () => needKeys(value, keys));
  }
  at("triggers", () => checkTriggers(config));
  at("steps", () => checkSteps(config));
  at("concurrency", () => checkConcurrency(config));
  at("cancelOn", () => checkCancel(config));
  at("idempotency", () => checkExpression(config.idempotency));
  at("priority", () => checkExpression(config.priority?.run));
  at("rateLimit", () => checkRateLimit(config));
  at("throttle", () => checkThrottle(config));
  at("debounce", () => checkDebounce(config));
  at("batchEvents", () => checkBatch(config));
  at("singleton", () => checkSingleton(config));
  at("timeouts", () => {
    checkPeriod(config.timeouts?.start, 1_000, Number.POSITIVE_INFINITY);
    checkPeriod(config.timeouts?.finish, 1_000, Number.POSITIVE_INFINITY);
  });
}

/** Retries after the first try: 4 when the function does not say. */
export function retriesOf(config: FunctionConfig): number {
  return Object.values(config.steps)[0]?.retries?.attempts ?? 4;
}

export function limitsOf(config: FunctionConfig): Limit[] {
  const { concurrency } = config;
  if (concurrency === undefined) return [];
  if (typeof concurrency === "number") return concurrency > 0 ? [{ limit: concurrency }] : [];
  return [concurrency].flat().filter(({ limit }) => limit > 0);
}

function need(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

function needKeys(value: unknown, allowed: string[]): void {
  need(value !== null && typeof value === "object", "must be an object");
  for (const key of Object.keys(value)) need(allowed.includes(key), `unknown option ${key}`);
}

function checkExpression(text: string | undefined): void {
  if (text !== undefined) compile(text);
}

function checkPeriod(text: string | undefined, minMs: number, maxMs: number): void {
  if (text === undefined) return;
  const ms = parseDuration(text);
  need(ms !== undefined && text !== "", `"${text}" is not a duration`);
  need(ms >= minMs, `${text} is shorter than ${minMs / 1000} s`);
  need(ms <= maxMs, `${text} is longer than ${maxMs / 1000} s`);
}

function checkEventName(name: unknown): void {
  need(typeof name === "string" && name !== "", "an event name is empty");
  need(!name.includes("*") || /^[^*]*[/.]\*$/.test(name), `"${name}": a wildcard may only be the last segment`);
}

function checkTriggers({ triggers }: FunctionConfig): void {
  need(Array.isArray(triggers) && triggers.length > 0, "a function needs at least one trigger");
  for (const trigger of triggers) {
    if (trigger.cron !== undefined) {
      need(!("jitter" in trigger), "cron jitter is not supported");
      needKeys(trigger, ["cron"]);
      parseCron(trigger.cron);
    } else {
      needKeys(trigger, ["event", "expression"]);
      checkEventName(trigger.event);
      checkExpression(trigger.expression);
    }
  }
}

function checkSteps({ steps }: FunctionConfig): void {
  const all = Object.values(steps ?? {});
  need(all.length === 1, "exactly one is supported");
  for (const { runtime, retries } of all) {
    need(runtime?.type === "http", `runtime ${runtime?.type} is not supported, only http`);
    need(/^https?:$/.test(new URL(runtime.url).protocol), `${runtime.url} is not an http URL`);
    const attempts = retries?.attempts ?? 4;
    need(Number.isInteger(attempts) && attempts >= 0 && attempts <= 20, `retries ${attempts} is not between 0 and 20`);
  }
}

function checkConcurrency({ concurrency }: FunctionConfig): void {
  if (concurrency === undefined) return;
  const limits = typeof concurrency === "number" ? [{ limit: concurrency }] : [concurrency].flat();
  need(limits.length <= 2, "at most 2 limits");
  for (const limit of limits as Limit[]) {
    needKeys(limit, ["limit", "key", "scope"]);
    need(Number.isInteger(limit.limit) && limit.limit >= 0, "limit must be a whole number");
    const scope = limit.scope ?? "fn";
    need(["fn", "env", "account"].includes(scope), `unknown scope ${scope}`);
    need(scope === "fn" || limit.key !== undefined, `scope ${scope} needs a key`);
    checkExpression(limit.key);
  }
}

function checkCancel({ cancel }: FunctionConfig): void {
  if (cancel === undefined) return;
  need(cancel.length <= 5, "at most 5");
  for (const on of cancel) {
    need(!("timeout" in on), "timeout is not supported");
    needKeys(on, ["event", "if"]);
    checkEventName(on.event);
    checkExpression(on.if);
  }
}

function checkRateLimit({ rateLimit }: FunctionConfig): void {
  if (!rateLimit) return;
  need(Number.isInteger(rateLimit.limit) && rateLimit.limit >= 1, "limit must be at least 1");
  checkPeriod(rateLimit.period, 1_000, 24 * 3_600_000);
  checkExpression(rateLimit.key);
}

function checkThrottle({ throttle }: FunctionConfig): void {
  if (!throttle) return;
  need(Number.isInteger(throttle.limit) && throttle.limit >= 1, "limit must be at least 1");
  const burst = throttle.burst ?? 0;
  need(Number.isInteger(burst) && burst >= 0, "burst must be a whole number");
  checkPeriod(throttle.period, 1_000, 7 * 24 * 3_600_000);
  checkExpression(throttle.key);
}

function checkDebounce({ debounce }: FunctionConfig): void {
  if (!debounce) return;
  checkPeriod(debounce.period, 1_000, 7 * 24 * 3_600_000);
  checkPeriod(debounce.timeout, 1_000, Number.POSITIVE_INFINITY);
  checkExpression(debounce.key);
}

function checkBatch(config: FunctionConfig): void {
  const { batchEvents } = config;
  if (!batchEvents) return;
  need(Number.isInteger(batchEvents.maxSize) && batchEvents.maxSize >= 1, "maxSize must be at least 1");
  checkPeriod(batchEvents.timeout, 1_000, 600_000);
  checkExpression(batchEvents.key);
  checkExpression(batchEvents.if);
  for (const other of ["cancel", "debounce", "singleton", "priority"] as const) {
    need(config[other] === undefined, `cannot be combined with ${other === "cancel" ? "cancelOn" : other}`);
  }
}

function checkSingleton({ singleton }: FunctionConfig): void {
  if (!singleton) return;
  need(singleton.mode === "skip" || singleton.mode === "cancel", `unknown mode ${singleton.mode}`);
  checkExpression(singleton.key);
}
