import { attribute, call, checkPattern, combine, methods, number, string, truth } from "./expr-values.ts";

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

const constants: Record<string, unknown> = { true: true, false: false, null: null };
const functions = new Set(["has", "size", "string", "int", "double", "lowercase", "uppercase"]);

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
    if (name === "matches" && this.#peek().kind === "string") checkPattern(String(this.#peek().value));
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
