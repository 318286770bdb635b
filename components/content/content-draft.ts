import type { z } from "zod";
import {
  maxActionGraphemes,
  maxActions,
  maxMessageGraphemes,
  maxTitleGraphemes,
  maxUtmGraphemes,
} from "#lib/content/limits.ts";
import type { Content, Utm } from "#lib/content/schema.ts";
import { type Occasion, variableFault } from "#lib/content/variables.ts";
import type { FieldErrors } from "#lib/errors.ts";
import { httpUrlFault, imageUrlFault, optionalTextFault, textFault } from "#lib/text.ts";
import type { ActionButton } from "./action-buttons-editor.tsx";

/** Content while it is typed: every field there, empty for none. */
export type ContentDraft = {
  title: string;
  message: string;
  url: string;
  iconUrl: string;
  imageUrl: string;
  utm: Utm;
  actions: ActionButton[];
};

export const emptyContent: ContentDraft = {
  title: "",
  message: "",
  url: "",
  iconUrl: "",
  imageUrl: "",
  utm: {},
  actions: [],
};

/** What is stored, as a draft to edit. */
export function draftOf(content: Content): ContentDraft {
  return {
    ...emptyContent,
    title: content.title,
    message: content.message,
    url: content.url ?? "",
    iconUrl: content.iconUrl ?? "",
    imageUrl: content.imageUrl ?? "",
    utm: content.utm ?? {},
    actions: content.actions ?? [],
  };
}

/** The draft in wire form: what is empty is left out. Not checked. */
export function contentOf(draft: ContentDraft): z.input<typeof Content> {
  const { title, message, url, iconUrl, imageUrl, utm, actions } = draft;
  return {
    title,
    message,
    ...(url.trim() && { url: url.trim() }),
    ...(iconUrl.trim() && { iconUrl: iconUrl.trim() }),
    ...(imageUrl.trim() && { imageUrl: imageUrl.trim() }),
    ...(Object.values(utm).some(Boolean) && { utm }),
    ...(actions.length > 0 && { actions: actions.map((action) => ({ ...action, url: action.url.trim() })) }),
  };
}

/** What is wrong with a draft, by field: `title`, `url`, `actions.0.url`, `utm.source`. */
export function contentErrors(draft: ContentDraft, occasion?: Occasion): FieldErrors {
  const errors: FieldErrors = {};
  const add = (field: string, message: string) => {
    errors[field] = [...(errors[field] ?? []), message];
  };
  for (const [field, fault] of faultsOf(contentOf(draft))) if (fault !== undefined) add(field, fault);
  for (const field of ["title", "message"] as const) {
    const fault = variableFault(draft[field], occasion);
    if (fault) add(field, fault);
  }
  return errors;
}

/** As `Content` checks, without zod, which is a sixth of what a page may bring. */
function faultsOf({ title, message, url, iconUrl, imageUrl, utm, actions = [] }: z.input<typeof Content>) {
  const given = (value: string | undefined, faultOf: (value: string) => string | undefined) =>
    value === undefined ? undefined : faultOf(value);
  return [
    ["title", textFault(title, maxTitleGraphemes)],
    ["message", textFault(message, maxMessageGraphemes)],
    ["url", given(url, httpUrlFault)],
    ["iconUrl", given(iconUrl, imageUrlFault)],
    ["imageUrl", given(imageUrl, imageUrlFault)],
    ...Object.entries(utm ?? {}).map(([key, value]) => [
      `utm.${key}`,
      given(value, (text) => optionalTextFault(text, maxUtmGraphemes)),
    ]),
    ...actions.flatMap((action, index) => [
      [`actions.${index}.title`, textFault(action.title, maxActionGraphemes)],
      [`actions.${index}.url`, httpUrlFault(action.url)],
    ]),
    ["actions", actions.length > maxActions ? `At most ${maxActions} buttons.` : undefined],
  ] as [field: string, fault: string | undefined][];
}

/** The server's field errors about content, without the path in front of it (`steps.0.content.title` → `title`). */
export function withoutPath(errors: FieldErrors, path: string): FieldErrors {
  return Object.fromEntries(
    Object.entries(errors).map(([name, messages]) => [
      name.startsWith(`${path}.`) ? name.slice(path.length + 1) : name,
      messages,
    ]),
  );
}
