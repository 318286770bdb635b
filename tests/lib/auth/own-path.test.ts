import { expect, test } from "vitest";
import { ownPath } from "#lib/auth/own-path.ts";
import { env } from "#lib/env.ts";

test.each(["/dashboard/1/team?cursor=x", "/invitation/abc", "/"])("after signing in one may go to %s", (path) => {
  expect(ownPath(path)).toBe(path);
  expect(ownPath(`${env().APP_URL}${path}`)).toBe(path);
});

test.each([
  "https://evil.example/",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/..//evil.example",
  "/./\\evil.example",
  "javascript:alert(1)",
  "java\tscript:alert(1)",
  "data:text/html,x",
  "http://localhost@evil.example/",
  "http://[",
  undefined,
  ["/a"],
])("but never to %j", (wanted) => {
  expect(ownPath(wanted)).toBe("/dashboard");
});
