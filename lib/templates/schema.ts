import { z } from "zod";
import { channelIds } from "#lib/channels/channel.ts";
import { Content } from "#lib/content/schema.ts";
import { Id, Instant, PageQuery, text } from "#lib/schema.ts";
import { maxNameGraphemes } from "./limits.ts";

export const NewTemplate = z.strictObject({
  name: text(maxNameGraphemes),
  channel: z.literal("web_push").default("web_push"),
  content: Content,
});
export type NewTemplate = z.output<typeof NewTemplate>;
export const TemplateChanges = z.strictObject({ name: text(maxNameGraphemes).optional(), content: Content.optional() });
export type TemplateChanges = z.output<typeof TemplateChanges>;
export const Template = z.object({
  id: Id,
  name: z.string(),
  channel: z.enum(channelIds),
  content: Content,
  status: z.enum(["draft", "pending", "approved", "rejected"]),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Template = z.output<typeof Template>;
export const TemplateFilter = PageQuery.extend({ search: z.string().max(200).optional() });
export type TemplateFilter = z.output<typeof TemplateFilter>;
