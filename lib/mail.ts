import "server-only";
import { createTransport } from "nodemailer";
import { env } from "./env.ts";
import { log } from "./log.ts";

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Whether this installation can send mail at all (SMTP_URL). */
export function isMailConfigured(): boolean {
  return env().SMTP_URL !== undefined;
}

/**
 * Sends one mail by SMTP_URL; its `?from=` names the sender, else pushpilot@<host of APP_URL>.
 *
 * @returns false when mail is not set up or the server refused it: what mail carries can always be had another way
 */
export async function sendMail({ to, subject, text }: Mail): Promise<boolean> {
  const { SMTP_URL, APP_URL } = env();
  if (SMTP_URL === undefined) return false;
  const server = new URL(SMTP_URL);
  const from = server.searchParams.get("from") ?? `PushPilot <pushpilot@${new URL(APP_URL).hostname}>`;
  server.searchParams.delete("from");
  const timeouts = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };
  const transport = createTransport({ url: server.href, ...timeouts });
  try {
    await transport.sendMail({ from, to, subject, text });
    return true;
  } catch (error) {
    log.error({ reason: error instanceof Error ? error.message : String(error) }, "a mail could not be sent");
    return false;
  } finally {
    transport.close();
  }
}
