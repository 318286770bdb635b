import type settings from "#lib/i18n/messages/en/settings.json";
import type { AuditEntry } from "#lib/workspaces/schema.ts";

type ActionKey = keyof typeof settings.audit.actions;

/** Every action of lib with its words under `settings.audit.actions`; a dot cannot stand in a message's name. */
const actions: Record<ActionKey, true> = {
  campaign_create: true,
  campaign_update: true,
  campaign_delete: true,
  campaign_send: true,
  campaign_schedule: true,
  campaign_unschedule: true,
  campaign_pause: true,
  campaign_resume: true,
  campaign_cancel: true,
  campaign_retry: true,
  campaign_skip_next: true,
  campaign_clocks_changed: true,
  campaign_archive: true,
  campaign_unarchive: true,
  campaign_test: true,
  campaign_submit: true,
  campaign_approve: true,
  campaign_reject: true,
  campaign_drop_approval: true,
  campaign_pick_winner: true,
  site_create: true,
  site_update: true,
  site_resume: true,
  site_rotate_key: true,
  site_retire_key: true,
  site_import_key: true,
  site_export_key: true,
  site_export: true,
  site_delete: true,
  view_create: true,
  view_update: true,
  view_delete: true,
  view_columns: true,
  group_create: true,
  group_update: true,
  group_delete: true,
  group_add_members: true,
  group_remove_members: true,
  group_custodians: true,
  segment_create: true,
  segment_update: true,
  segment_delete: true,
  feed_create: true,
  feed_update: true,
  feed_delete: true,
  feed_check: true,
  import_create: true,
  import_cancel: true,
  subscriber_create: true,
  subscriber_update: true,
  subscriber_delete: true,
  subscriber_restore: true,
  template_create: true,
  template_update: true,
  template_delete: true,
  member_update: true,
  member_remove: true,
  member_leave: true,
  invitation_create: true,
  invitation_accept: true,
  invitation_revoke: true,
  api_key_create: true,
  api_key_revoke: true,
  workspace_create: true,
  workspace_update: true,
  other: true,
};

/** The name of an action's words; of one that a newer version wrote, `other`. */
export function actionKey(action: string): ActionKey {
  const key = action.replace(".", "_");
  const known = (text: string): text is ActionKey => Object.hasOwn(actions, text);
  return known(key) ? key : "other";
}

/** Where the thing that was acted on is looked at, if there is such a page. */
export function entityHref({ entityType, entityId, action }: AuditEntry, base: string): string | undefined {
  if (!entityId || action.endsWith(".delete")) return undefined;
  switch (entityType) {
    case "campaign":
      return `${base}/campaigns/${entityId}`;
    case "site":
      return `${base}/sites/${entityId}`;
    case "subscriber":
      return `${base}/subscribers/${entityId}`;
    case "template":
      return `${base}/templates/${entityId}`;
    default:
      return undefined;
  }
}

/** The facts of an entry as short texts: its name first, then what else was kept. */
export function detailTexts({ details }: AuditEntry, fieldsText: (fields: string) => string): string[] {
  const { name, fields, ...others } = details;
  const texts = typeof name === "string" ? [name] : [];
  if (Array.isArray(fields) && fields.length > 0)
    texts.push(fieldsText(fields.filter((field) => field !== "settings").join(", ")));
  for (const [key, value] of Object.entries(others)) {
    if (value === null || typeof value === "object") continue;
    texts.push(`${key}: ${String(value)}`);
  }
  return texts;
}
