"use client";

import { Compass } from "lucide-react";
import Link from "next/link";
import { useParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default function SubscriberNotFound() {
  const t = useTranslations("subscribers.notFound");
  const { workspace } = useParams<{ workspace: string }>();
  return (
    <EmptyState
      icon={<Compass />}
      title={t("title")}
      action={
        <Button variant="primary" asChild>
          <Link href={`/dashboard/${workspace}/subscribers`}>{t("action")}</Link>
        </Button>
      }
    >
      {t("text")}
    </EmptyState>
  );
}
