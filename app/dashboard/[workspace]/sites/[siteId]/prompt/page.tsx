import { sitePage } from "../site-data.ts";
import { PromptDesigner } from "./prompt-designer.tsx";

/** The site's own question before the browser's: words, timing, look, drawn as visitors see it. */
export default async function PromptPage({ params }: PageProps<"/dashboard/[workspace]/sites/[siteId]/prompt">) {
  const { workspace, siteId } = await params;
  const { ctx, site, path, mayChange } = await sitePage(workspace, siteId);
  return (
    <PromptDesigner
      workspaceId={ctx.workspaceId}
      path={path}
      site={{
        id: site.id,
        host: new URL(site.url).host,
        iconUrl: site.settings.iconUrl,
        prompt: site.settings.prompt,
      }}
      mayChange={mayChange}
    />
  );
}
