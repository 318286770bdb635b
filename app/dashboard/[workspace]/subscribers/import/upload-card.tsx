"use client";

import { FileSpreadsheet } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Progress } from "#components/ui/progress.tsx";
import { announceImportAction } from "./actions.ts";
import { sendFile } from "./send-file.ts";

/** Takes a file by choice or by drop, and leads to its import once it is here. */
export function UploadCard({ workspaceId, path }: { workspaceId: string; path: string }) {
  const t = useTranslations("imports.upload");
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const hintId = useId();
  const [share, setShare] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const [isOver, setOver] = useState(false);

  const send = async (file: File | undefined) => {
    if (!file) return;
    setProblem(undefined);
    setShare(0);
    try {
      const announced = await announceImportAction(workspaceId, { fileName: file.name.slice(0, 200) });
      if (!announced.ok) throw new Error(announced.message);
      await sendFile(announced.data.uploadUrl, file, setShare);
      router.push(`${path}/${announced.data.id}`);
    } catch (error) {
      setShare(undefined);
      setProblem((error instanceof Error && error.message) || t("offline"));
      if (input.current) input.current.value = "";
    }
  };

  return (
    <Card title={t("title")} description={t("text")}>
      <div className="grid gap-4">
        {problem && (
          <Callout tone="danger" title={t("refused")}>
            {problem}
          </Callout>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first. */}
        <div
          className={cn(
            "grid place-items-center gap-3 rounded-lg border border-dashed border-input px-4 py-10 text-center",
            isOver && "border-ring bg-primary-soft/50",
          )}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            if (share === undefined) void send(event.dataTransfer.files[0]);
          }}
        >
          <FileSpreadsheet className="size-7 text-subtle-foreground" aria-hidden="true" />
          {share === undefined ? (
            <>
              <p className="text-muted-foreground">{t("drop")}</p>
              <Button variant="primary" onClick={() => input.current?.click()} aria-describedby={hintId}>
                {t("choose")}
              </Button>
            </>
          ) : (
            <div className="grid w-full max-w-sm gap-2">
              <Progress
                label={t("sending")}
                legend={false}
                total={100}
                segments={[{ key: "sent", label: t("sending"), value: Math.round(share * 100), tone: "primary" }]}
              />
              <p className="text-sm text-muted-foreground">{share < 1 ? t("sending") : t("reading")}</p>
            </div>
          )}
          <input
            ref={input}
            type="file"
            accept=".csv,.tsv,.txt,text/csv"
            className="sr-only"
            tabIndex={-1}
            aria-label={t("choose")}
            onChange={(event) => void send(event.target.files?.[0])}
          />
        </div>
        <p id={hintId} className="text-sm text-muted-foreground">
          {t("hint")}
        </p>
      </div>
    </Card>
  );
}
