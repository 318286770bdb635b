import { uuidv7 } from "uuidv7";

/** A new row id: UUID version 7 (RFC 9562), so that rows made later sort later. */
export function newId(): string {
  return uuidv7();
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `text` can be a row's id at all. What cannot is answered 404 like what does not exist. */
export function isId(text: unknown): text is string {
  return typeof text === "string" && uuidShape.test(text);
}
