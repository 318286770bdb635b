"use client";

import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { Custodian } from "#lib/groups/schema.ts";
import { setCustodiansAction } from "../actions.ts";

/** Who looks after the group. */
export function CustodiansCard({
  workspaceId,
  groupId,
  custodians,
  members,
  mayWrite,
}: {
  workspaceId: string;
  groupId: string;
  custodians: Custodian[];
  members: { id: string; name: string; email: string }[];
  mayWrite: boolean;
}) {
  const t = useTranslations("groups");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const set = (next: { memberId: string; subscriberId?: string | null }[]) =>
    startTransition(async () => {
      const result = await setCustodiansAction(workspaceId, { id: groupId, custodians: next });
      if (!result.ok) return void toast.error(t("failed"), { description: result.message });
      toast.success(t("saved"));
      router.refresh();
    });
  const plain = custodians.map(({ memberId, subscriberId }) => ({ memberId, subscriberId }));
  const others = members.filter(({ id }) => !custodians.some((each) => each.memberId === id));
  return (
    <Card title={t("detail.custodians")} description={t("detail.custodiansText")}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {custodians.length === 0 && <p className="text-muted-foreground">{t("noCustodians")}</p>}
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-1">
          {custodians.map(({ memberId, name, email }) => (
            <li key={memberId} className="flex min-h-8 items-center justify-between gap-3">
              <span className="min-w-0 truncate">
                {name} <span className="text-sm text-muted-foreground">{email}</span>
              </span>
              {mayWrite && (
                <Button
                  variant="ghost"
                  size="icon-sm"
                  disabled={pending}
                  aria-label={t("detail.removeCustodian", { name })}
                  onClick={() => set(plain.filter((each) => each.memberId !== memberId))}
                >
                  <X aria-hidden="true" />
                </Button>
              )}
            </li>
          ))}
        </ul>
        {mayWrite && others.length > 0 && (
          <Combobox
            aria-label={t("detail.addCustodian")}
            placeholder={t("detail.addCustodian")}
            value={null}
            disabled={pending}
            onValueChange={(memberId) => set([...plain, { memberId }])}
            options={others.map(({ id, name, email }) => ({ value: id, label: name, description: email }))}
          />
        )}
      </div>
    </Card>
  );
}
