import "server-only";
import type { Content } from "#lib/content/schema.ts";
import type { Transaction } from "#lib/db.ts";
import { newId } from "#lib/ids.ts";

/** What a new workspace begins with: each shows one thing that good notifications do, and works as it is. */
const examples: readonly { name: string; content: Content }[] = [
  {
    name: "Welcome",
    content: {
      title: "Welcome aboard, {{name|friend}} 👋",
      message: "You are on the list. We write only when there is something worth your time – and one click ends it.",
      utm: { source: "pushpilot", medium: "web_push", campaign: "welcome" },
    },
  },
  {
    name: "New article",
    content: {
      title: "New: how to choose running shoes",
      message: "Five questions that matter more than the brand. A four-minute read.",
      utm: { source: "pushpilot", medium: "web_push", campaign: "new_article" },
    },
  },
  {
    name: "Back in stock",
    content: {
      title: "It is back, {{name|good news}}!",
      message: "What you were waiting for is in stock again, in every size. Last time it was gone in two days.",
      utm: { source: "pushpilot", medium: "web_push", campaign: "back_in_stock" },
    },
  },
  {
    name: "Weekend offer",
    content: {
      title: "20 % off until Sunday",
      message: "Use the code WEEKEND at the checkout. Ends on Sunday at midnight.",
      utm: { source: "pushpilot", medium: "web_push", campaign: "weekend_offer" },
    },
  },
  {
    name: "Service notice",
    content: {
      title: "Short maintenance tonight",
      message: "Between 23:00 and 23:30 you may not be able to sign in. Your data is safe; there is nothing to do.",
      utm: { source: "pushpilot", medium: "web_push", campaign: "service_notice" },
    },
  },
  {
    // Four slots that an alarm fills from its event: what, about whom, the value, when.
    name: "Alarm",
    content: {
      title: "{{event.alarm|Alarm}}: {{event.subject|look at this}}",
      message: "{{event.value|Something is out of its range}} · {{event.time|just now}}",
      utm: { source: "pushpilot", medium: "web_push", campaign: "alarm" },
    },
  },
];

/** Gives a new workspace its example templates, in the transaction that makes the workspace. */
export async function seedTemplates(tx: Transaction, workspaceId: string): Promise<void> {
  await tx.template.createMany({
    data: examples.map(({ name, content }) => ({
      id: newId(),
      workspaceId,
      name,
      channel: "web_push" as const,
      content,
    })),
  });
}
