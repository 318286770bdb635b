import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { pageOf } from "#lib/schema.ts";
import { NewTemplate, Template, TemplateFilter } from "#lib/templates/schema.ts";
import { createTemplate, listTemplates } from "#lib/templates/templates.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/templates", {
  GET: endpoint({
    summary: "List templates, newest first",
    permission: "templates:read",
    query: TemplateFilter,
    result: pageOf(Template),
    run: ({ ctx, query }) => listTemplates(ctx, query),
  }),
  POST: endpoint({
    summary: "Make a template",
    permission: "templates:write",
    body: NewTemplate,
    result: Template,
    status: 201,
    run: ({ ctx, body }) => createTemplate(ctx, body),
  }),
});
