import { endpoint, ids } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";
import { Template, TemplateChanges } from "#lib/templates/schema.ts";
import { deleteTemplate, getTemplate, updateTemplate } from "#lib/templates/templates.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/templates/{templateId}", {
  GET: endpoint({
    summary: "Get a template",
    permission: "templates:read",
    params: ids("templateId"),
    result: Template,
    run: ({ ctx, params }) => getTemplate(ctx, params.templateId),
  }),
  PATCH: endpoint({
    summary: "Change a template",
    permission: "templates:write",
    params: ids("templateId"),
    body: TemplateChanges,
    result: Template,
    run: ({ ctx, params, body }) => updateTemplate(ctx, params.templateId, body),
  }),
  DELETE: endpoint({
    summary: "Delete a template",
    permission: "templates:write",
    params: ids("templateId"),
    run: ({ ctx, params }) => deleteTemplate(ctx, params.templateId),
  }),
});
