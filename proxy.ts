import { type NextRequest, NextResponse } from "next/server";

/**
 * Gives every page its content security policy with a nonce of its own; Next puts that nonce on the scripts it writes.
 * Nothing is authorised here: that is done where the data is.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

/**
 * Scripts run by nonce only, and what they load (strict-dynamic). Styles are inline because chart and overlay libraries
 * set style attributes. Pictures come from anywhere over https: customers' icons are shown in previews.
 */
function contentSecurityPolicy(nonce: string): string {
  const isHttps = process.env.APP_URL?.startsWith("https:") === true;
  const isDevelopment = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' https: http://localhost:* http://127.0.0.1:* data: blob:",
    "font-src 'self' data:",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isHttps ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

export const config = {
  // Pages only: not the API, not Next's own files, not what lies in public (its names have a dot).
  matcher: ["/((?!api/|_next/|c/|campaigns(?:/|$)|.*\\.\\w+$).*)"],
};
