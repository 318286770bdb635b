import "server-only";
import pino from "pino";

/**
 * JSON lines on stdout. Fields with a fixed meaning: request_id, workspace_id, user_id, route, run_id, campaign_id.
 * What could hold a secret or a person's address is removed by name wherever it appears.
 */
export const log = pino({
  level: process.env.LOG_LEVEL || "info",
  base: { role: process.env.ROLE || "all", pid: process.pid },
  timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
  formatters: { level: (label) => ({ level: label }) },
  redact: {
    paths: [
      "password",
      "token",
      "secret",
      "authorization",
      "cookie",
      "endpoint",
      "auth",
      "p256dh",
      "privateKey",
      "email",
      "phone",
    ].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: "[removed]",
  },
});
