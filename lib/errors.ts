/** Every error code of the product with the HTTP status that the API answers for it. The only such table. */
export const errorStatus = {
  validation_error: 400,
  payload_too_large: 400,
  invalid_json: 400,
  workspace_required: 400,
  unauthorized: 401,
  invalid_credentials: 401,
  invalid_token: 401,
  forbidden: 403,
  origin_not_allowed: 403,
  signup_closed: 403,
  not_found: 404,
  workspace_not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  erased: 410,
  body_too_large: 413,
  unsupported_media_type: 415,
  empty_audience: 422,
  never_occurs: 422,
  time_does_not_exist: 422,
  template_required: 422,
  idempotency_key_reused: 422,
  event_too_old: 422,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorStatus;

/** Field name (dotted path) to what is wrong with it, in words for the person who typed it. */
export type FieldErrors = Record<string, string[]>;

/**
 * The one error that domain functions throw for what a caller can mend or understand. Knows no transport: `endpoint`
 * and `action` render it. Anything else that is thrown is a logged 500 whose text nobody outside sees.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: FieldErrors | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, more: { fields?: FieldErrors; retryAfterSeconds?: number } = {}) {
    super(message);
    this.name = "AppError";
    this.code = code;
    this.fields = more.fields;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** A `validation_error` about one field. */
export function invalid(field: string, message: string): AppError {
  return new AppError("validation_error", message, { fields: { [field]: [message] } });
}

/** A `not_found` that names what was looked for. Also thrown for what exists in another workspace. */
export function notFound(what: string): AppError {
  return new AppError("not_found", `${what} not found.`);
}
