"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "#components/ui/tabs.tsx";
import type { InstallCode } from "#lib/sites/schema.ts";

/** The script line and the worker file for each kind of site, to copy or download. */
export function InstallGuides({ code }: { code: InstallCode }) {
  const t = useTranslations("sites.install.code");
  const file = code.serviceWorkerPath.slice(1);
  return (
    <div className="grid gap-3">
      <p className="text-pretty text-muted-foreground">{t("text")}</p>
      <Tabs defaultValue={code.guides[0]?.id ?? "html"}>
        <TabsList aria-label={t("platform")}>
          {code.guides.map((guide) => (
            <TabsTrigger key={guide.id} value={guide.id}>
              {guide.title}
            </TabsTrigger>
          ))}
        </TabsList>
        {code.guides.map((guide) => (
          <TabsContent key={guide.id} value={guide.id}>
            <ol className="grid gap-5">
              {guide.steps.map((step) => (
                <li key={step.text} className="grid gap-2">
                  <p className="text-pretty [overflow-wrap:anywhere]">{step.text}</p>
                  {step.code && <CodeBlock code={step.code} label={step.file ?? guide.title} wrap />}
                  {step.code === code.serviceWorker && (
                    <Button asChild size="sm" className="justify-self-start">
                      <a href={`data:text/javascript;charset=utf-8,${encodeURIComponent(step.code)}`} download={file}>
                        <Download aria-hidden="true" />
                        {t("download", { file })}
                      </a>
                    </Button>
                  )}
                </li>
              ))}
            </ol>
          </TabsContent>
        ))}
      </Tabs>
    </div>
  );
}
