import { randomUUID } from "node:crypto";
import type { Inngest, InngestFunction } from "inngest";
import type { Check, Lab, Notebook } from "../lab.ts";

/**
 * What every Inngest server must do, seen from inside the app. Each scenario defines its functions and returns its
 * check. They run at the same time: each uses a key of its own, and none relies on the order of events.
 */
export type Scenario = {
  promise: string;
  define: Define;
  /** Takes up to a minute and does not depend on the variant: for one of them only. */
  once?: boolean;
};
type Define = (tools: { client: Inngest; notebook: Notebook; add: (fn: InngestFunction.Any) => void }) => Check;

/** Those of the files beside this one that were imported. */
export const scenarios: Scenario[] = [];

export function scenario(promise: string, define: Define, more: { once?: boolean } = {}): void {
  scenarios.push({ promise, define, ...more });
}

export type Failure = { event: { data: { event: { data?: unknown } } }; error: Error };
export type Data = { key: string; [name: string]: unknown };
export const newKey = () => randomUUID();
export const keyOf = (event: { data?: unknown }) => (event.data as Data).key;
export const dataOf = (event: { data?: unknown }) => event.data as Data;

export const send = (lab: Lab, name: string, data: Data, more: { id?: string; ts?: number } = {}) =>
  lab.client.send({ name, data, ...more });
