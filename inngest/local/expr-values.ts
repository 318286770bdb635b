import { createContext, Script } from "node:vm";
import type { Expression } from "./expr.ts";

/** How expressions work with values: what CEL's operators, functions and methods give for JSON's types. */

export const methods: Record<string, (subject: string, argument: string) => boolean> = {
  contains: (subject, argument) => subject.includes(argument),
  startsWith: (subject, argument) => subject.startsWith(argument),
  endsWith: (subject, argument) => subject.endsWith(argument),
  matches: matchesPattern,
};

const longestMatchMs = 50;
const patternTest = new Script('new RegExp(pattern, "u").test(subject)');
let patternScope: { pattern: string; subject: string } | undefined;

/**
 * Whether a text meets a regular expression.
 *
 * @throws Error when the pattern is none, or takes too long: on hostile texts some would take years, and the server
 *   would do nothing else meanwhile
 */
function matchesPattern(subject: string, pattern: string): boolean {
  checkPattern(pattern);
  patternScope ??= createContext({ pattern, subject }) as { pattern: string; subject: string };
  Object.assign(patternScope, { pattern, subject });
  return patternTest.runInContext(patternScope, { timeout: longestMatchMs }) === true;
}

/** @throws Error for a pattern that a hosted Inngest, which uses RE2, does not take */
export function checkPattern(pattern: string): void {
  new RegExp(pattern, "u");
  const beyond = /\\.|\(\?<?[=!]/g;
  for (const [found] of pattern.matchAll(beyond)) {
    if (/^\(|^\\[1-9k]/.test(found)) throw new Error(`${found} is not supported in the pattern ${pattern}`);
  }
}

export function call(name: string, value: unknown): unknown {
  switch (name) {
    case "has":
      return value !== null && value !== undefined;
    case "size":
      if (typeof value === "string" || Array.isArray(value)) return [...value].length;
      return value && typeof value === "object" ? Object.keys(value).length : mismatch();
    case "string":
      return typeof value === "string" ? value : JSON.stringify(value ?? null);
    case "int":
      return Math.trunc(number(typeof value === "string" ? Number(value) : value));
    case "double":
      return number(typeof value === "string" ? Number(value) : value);
    case "lowercase":
      return string(value).toLowerCase();
    default:
      return string(value).toUpperCase();
  }
}

export function combine(operator: string, left: Expression, right: Expression): Expression {
  if (operator === "||") return (scope) => truth(left(scope)) || truth(right(scope));
  if (operator === "&&") return (scope) => truth(left(scope)) && truth(right(scope));
  return (scope) => binary(operator, left(scope), right(scope));
}

function binary(operator: string, left: unknown, right: unknown): unknown {
  switch (operator) {
    case "==":
      return equal(left, right);
    case "!=":
      return !equal(left, right);
    case "in":
      if (Array.isArray(right)) return right.some((item) => equal(item, left));
      return right && typeof right === "object" ? Object.hasOwn(right, String(left)) : mismatch();
    case "+":
      return typeof left === "string" ? left + string(right) : number(left) + number(right);
    case "-":
      return number(left) - number(right);
    case "*":
      return number(left) * number(right);
    case "/":
      return number(left) / number(right);
    case "%":
      return number(left) % number(right);
    default:
      return ordered(operator, left, right);
  }
}

function ordered(operator: string, left: unknown, right: unknown): boolean {
  const comparable = typeof left === typeof right && (typeof left === "string" || typeof left === "number");
  if (!comparable) mismatch();
  const [a, b] = [left as string, right as string];
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

function equal(left: unknown, right: unknown): boolean {
  if (left === right || ((left ?? null) === null && (right ?? null) === null)) return true;
  if (!left || !right || typeof left !== "object" || typeof right !== "object") return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(attribute(left, key), attribute(right, key)))
  );
}

export function attribute(target: unknown, name: unknown): unknown {
  if (!target || typeof target !== "object" || !Object.hasOwn(target, String(name))) return null;
  return (target as Record<string, unknown>)[String(name)] ?? null;
}

export function truth(value: unknown): boolean {
  return typeof value === "boolean" ? value : mismatch();
}

export function number(value: unknown): number {
  return typeof value === "number" && !Number.isNaN(value) ? value : mismatch();
}

export function string(value: unknown): string {
  return typeof value === "string" ? value : mismatch();
}

function mismatch(): never {
  throw new Error("the operand has another type");
}
