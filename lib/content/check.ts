import { AppError, type FieldErrors } from "#lib/errors.ts";
import type { Content } from "./schema.ts";
import { type Occasion, variableFault } from "./variables.ts";

/**
 * Refuses content whose variables cannot work.
 *
 * @param path of the content in the request, e.g. `steps.0.content`
 * @param occasion of the campaign, if it has one
 * @throws validation_error naming the field
 */
export function checkVariables(content: Content, path: string, occasion?: Occasion): void {
  const fields: FieldErrors = {};
  for (const name of ["title", "message"] as const) {
    const fault = variableFault(content[name], occasion);
    if (fault) fields[`${path}.${name}`] = [fault];
  }
  if (Object.keys(fields).length > 0) throw new AppError("validation_error", "A variable is wrong.", { fields });
}
