/**
 * The part of CEL that triggers, matches and keys use. Paths start at `event` or `async`; a missing attribute is null,
 * so comparing two absent fields is true, as on a hosted Inngest.
 */
export type Scope = { event: unknown; async?: unknown };
export type Expression = (scope: Scope) => unknown;

type Token = { kind: "name" | "number" | "string" | "operator" | "end"; text: string; value?: unknown };

const lexeme =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(==|!=|<=|>=|&&|\|\||[-<>!+*/%?:().,[\]]))/y;

const cache = new Map<string, Expression>();

/**
 * Compiles an expression; the same text is compiled once.
 *
 * @throws Error that says what is not supported and where
 */
export function compile(text: string): Expression {
  const known = cache.get(text);
  if (known) return known;
  const expression = new Parser(tokenize(text), text).parse();
  if (cache.size > 1_000) cache.clear();
  cache.set(text, expression);
  return expression;
}

/** True only when the expression is exactly true: one that cannot be evaluated (a type mismatch) matches nothing. */
export function matches(text: string | null | undefined, scope: Scope): boolean {
  if (!text) return true;
  try {
    return compile(text)(scope) === true;
  } catch {
    return false;
  }
}

/** The value of a key expression as text; equal values give equal text. One that cannot be evaluated gives "null". */
export function keyOf(text: string | undefined, scope: Scope): string {
  if (!text) return "";
  try {
    return JSON.stringify(compile(text)(scope) ?? null);
  } catch {
    return "null";
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  lexeme.lastIndex = 0;
  while (text.slice(lexeme.lastIndex).trim() !== "") {
    const at = lexeme.lastIndex;
    const found = lexeme.exec(text);
    if (!found) throw new Error(`unexpected "${text.slice(at).trim().slice(0, 12)}" in expression: ${text}`);
    const [, number, name, string, operator = ""] = found;
    if (number !== undefined) tokens.push({ kind: "number", text: number, value: Number(number) });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (string !== undefined) tokens.push({ kind: "string", text: string, value: unquote(string) });
    else tokens.push({ kind: "operator", text: operator });
  }
  return [...tokens, { kind: "end", text: "the end" }];
}

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "0": "\0" };

function unquote(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_all, hex: string | undefined, char: string) =>
      hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[char] ?? char),
    );
}

// Loosest first; an operator binds to the left.
const levels = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"]];

class Parser {
  #at = 0;
  readonly #tokens: Token[];
  readonly #text: string;

  constructor(tokens: Token[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  parse(): Expression {
    const expression = this.#conditional();
    if (this.#peek().kind !== "end") this.#fail();
    return expression;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "the end" };
  }

  #fail(): never {
    throw new Error(`unexpected ${this.#peek().text} in expression: ${this.#text}`);
  }

  #take(text: string): boolean {
    const token = this.#peek();
    const taken = token.text === text && (token.kind === "operator" || token.kind === "name");
    if (taken) this.#at++;
    return taken;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail();
  }

  #conditional(): Expression {
    const condition = this.#binary(0);
    if (!this.#take("?")) return condition;
    const then = this.#conditional();
    this.#expect(":");
    const otherwise = this.#conditional();
    return (scope) => (truth(condition(scope)) ? then(scope) : otherwise(scope));
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((text) => this.#take(text));
      if (!operator) return left;
      left = combine(operator, left, this.#binary(level + 1));
    }
  }

  #unary(): Expression {
    if (this.#take("!")) {
      const operand = this.#unary();
      return (scope) => !truth(operand(scope));
    }
    if (this.#take("-")) {
      const operand = this.#unary();
      return (scope) => -number(operand(scope));
    }
    return this.#member(this.#primary());
  }

  #member(start: Expression): Expression {
    let target = start;
    for (;;) {
      const object = target;
      if (this.#take("[")) {
        const index = this.#conditional();
        this.#expect("]");
        target = (scope) => attribute(object(scope), index(scope));
      } else if (this.#take(".")) {
        const { kind, text: name } = this.#peek();
        if (kind !== "name") this.#fail();
        this.#at++;
        target = this.#take("(") ? this.#method(name, object) : (scope) => attribute(object(scope), name);
      } else {
        return target;
      }
    }
  }

  #method(name: string, object: Expression): Expression {
    if (name === "size") {
      this.#expect(")");
      return (scope) => call("size", object(scope));
    }
    const test = methods[name];
    if (!test) throw new Error(`.${name}() is not supported in expression: ${this.#text}`);
    if (name === "matches" && this.#peek().kind === "string") new RegExp(String(this.#peek().value), "u");
    const argument = this.#conditional();
    this.#expect(")");
    return (scope) => test(string(object(scope)), string(argument(scope)));
  }

  #primary(): Expression {
    const token = this.#peek();
    if (this.#take("(")) {
      const inner = this.#conditional();
      this.#expect(")");
      return inner;
    }
    if (this.#take("[")) return this.#list();
    this.#at++;
    if (token.kind === "number" || token.kind === "string") return () => token.value;
    if (token.kind !== "name") {
      this.#at--;
      this.#fail();
    }
    if (token.text === "event") return (scope) => scope.event ?? null;
    if (token.text === "async") return (scope) => scope.async ?? null;
    if (token.text in constants) return () => constants[token.text];
    if (!functions.has(token.text) || !this.#take("(")) {
      throw new Error(`${token.text} is not supported in expression: ${this.#text}`);
    }
    const argument = this.#conditional();
    this.#expect(")");
    return (scope) => call(token.text, argument(scope));
  }

  #list(): Expression {
    const items: Expression[] = [];
    while (!this.#take("]")) {
      if (items.length > 0) this.#expect(",");
      items.push(this.#conditional());
    }
    return (scope) => items.map((item) => item(scope));
  }
}

const constants: Record<string, unknown> = { true: true, false: false, null: null };
const functions = new Set(["has", "size", "string", "int", "double", "lowercase", "uppercase"]);

const methods: Record<string, (subject: string, argument: string) => boolean> = {
  contains: (subject, argument) => subject.includes(argument),
  startsWith: (subject, argument) => subject.startsWith(argument),
  endsWith: (subject, argument) => subject.endsWith(argument),
  matches: (subject, argument) => new RegExp(argument, "u").test(subject),
};

function call(name: string, value: unknown): unknown {
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

function combine(operator: string, left: Expression, right: Expression): Expression {
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

function attribute(target: unknown, name: unknown): unknown {
  if (!target || typeof target !== "object" || !Object.hasOwn(target, String(name))) return null;
  return (target as Record<string, unknown>)[String(name)] ?? null;
}

function truth(value: unknown): boolean {
  return typeof value === "boolean" ? value : mismatch();
}

function number(value: unknown): number {
  return typeof value === "number" && !Number.isNaN(value) ? value : mismatch();
}

function string(value: unknown): string {
  return typeof value === "string" ? value : mismatch();
}

function mismatch(): never {
  throw new Error("the operand has another type");
}
