import { BookOpen, KeyRound, Radio } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PageHeader } from "#components/frame/page-header.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { Table, TableActions, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can, permissions } from "#lib/auth/permissions.ts";
import { env } from "#lib/env.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { PageQuery } from "#lib/schema.ts";
import { listApiKeys } from "#lib/workspaces/api-keys.ts";
import type { ApiKey } from "#lib/workspaces/schema.ts";
import { KeyMenu } from "./key-menu.tsx";
import { NewKeyDialog } from "./new-key-dialog.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("developers"))("title") };
}

export default async function DevelopersPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/developers">) {
  const { workspace } = await params;
  const cursor = cursorIn(await searchParams);
  const ctx = await pageContext(workspace);
  const t = await getTranslations("developers");
  const mayRead = can(ctx, "api_keys:read");
  const page = PageQuery.parse({ pageSize: 50, ...(cursor && { cursor }) });
  const keys = mayRead ? await listApiKeys(ctx, page) : undefined;
  const offered = permissions.filter((permission) => can(ctx, permission));
  const here = `/dashboard/${workspace}/developers`;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        action={
          <>
            {can(ctx, "events:read") && (
              <Button asChild>
                <Link href={`${here}/events`}>
                  <Radio aria-hidden="true" />
                  {t("eventsLink")}
                </Link>
              </Button>
            )}
            <Button asChild>
              <Link href="/docs/api">
                <BookOpen aria-hidden="true" />
                {t("docs")}
              </Link>
            </Button>
            {can(ctx, "api_keys:write") && <NewKeyDialog workspaceId={ctx.workspaceId} offered={offered} />}
          </>
        }
      />
      <div className="grid gap-6">
        {keys === undefined && <Callout>{t("noPermission")}</Callout>}
        {keys?.data.length === 0 && (
          <Card>
            <EmptyState icon={<KeyRound />} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          </Card>
        )}
        {keys && keys.data.length > 0 && (
          <>
            <Card flush title={t("keys")}>
              <Keys workspaceId={ctx.workspaceId} keys={keys.data} mayRevoke={can(ctx, "api_keys:write")} />
            </Card>
            <Pagination
              previousHref={cursor === undefined ? undefined : here}
              nextHref={keys.nextCursor ? `${here}?cursor=${encodeURIComponent(keys.nextCursor)}` : undefined}
            />
          </>
        )}
        <Card title={t("tryTitle")} description={t("tryText")}>
          <CodeBlock
            label="curl"
            code={`curl ${env().APP_URL}/api/v1/sites -H "Authorization: Bearer ${t("yourKey")}"`}
            wrap
          />
        </Card>
      </div>
    </>
  );
}

async function Keys({ workspaceId, keys, mayRevoke }: { workspaceId: string; keys: ApiKey[]; mayRevoke: boolean }) {
  const t = await getTranslations("developers");
  return (
    <Table label={t("keys")}>
      <TableHead>
        <tr>
          <TableHeader grow>{t("columns.name")}</TableHeader>
          <TableHeader>{t("columns.key")}</TableHeader>
          <TableHeader hideBelow="sm">{t("columns.scopes")}</TableHeader>
          <TableHeader hideBelow="sm">{t("columns.lastUsed")}</TableHeader>
          <TableHeader hideBelow="lg">{t("columns.by")}</TableHeader>
          <TableHeader />
        </tr>
      </TableHead>
      <TableBody>
        {keys.map(({ id, name, prefix, scopes, lastUsedAt, createdBy }) => (
          <TableRow key={id}>
            <TableCell grow className="font-medium">
              {name}
            </TableCell>
            <TableCell className="font-mono text-xs whitespace-nowrap">{prefix}…</TableCell>
            <TableCell hideBelow="sm" className="whitespace-nowrap" title={scopes.join(", ")}>
              {scopes.length === permissions.length ? t("allScopes") : t("scopeCount", { count: scopes.length })}
            </TableCell>
            <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
              {lastUsedAt ? <Time at={lastUsedAt} /> : t("never")}
            </TableCell>
            <TableCell hideBelow="lg" className="whitespace-nowrap text-muted-foreground">
              {createdBy}
            </TableCell>
            <TableActions>
              {mayRevoke && <KeyMenu workspaceId={workspaceId} apiKey={{ id, name, prefix }} />}
            </TableActions>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
