import { AppError, type FieldErrors } from "#lib/errors.ts";
import type { Content } from "./schema.ts";
import { type Occasion, variableFault } from "./variables.ts";

/** Refuses content whose variables cannot work on any occasion: a template may be of a campaign of any kind. @throws validation_error */
export function checkTemplateVariables(content: Content, path: string): void {
  const fits = ([undefined, "item", "event"] as const).some((occasion) =>
    [content.title, content.message].every((text) => variableFault(text, occasion) === undefined),
  );
  if (!fits) checkVariables(content, path);
}

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
