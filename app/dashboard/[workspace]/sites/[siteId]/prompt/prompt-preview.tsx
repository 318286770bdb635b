"use client";

import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { type CSSProperties, useState } from "react";
import { Segmented } from "#components/ui/segmented.tsx";
import type { Prompt } from "#lib/sites/schema.ts";

type Scheme = "light" | "dark";
type Screen = "desk" | "phone";

/** The prompt on a page of the site, on a desk or a phone, light or dark. */
export function PreviewStage({ prompt, iconUrl, host }: { prompt: Prompt; iconUrl: string | null; host: string }) {
  const t = useTranslations("sites.prompt");
  const [scheme, setScheme] = useState<Scheme>("light");
  const [screen, setScreen] = useState<Screen>("desk");
  return (
    <section aria-label={t("preview")} className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-muted-foreground">{prompt.enabled ? t("previewHint") : t("off")}</p>
        <div className="flex flex-wrap gap-2">
          <Segmented
            aria-label={t("width")}
            value={screen}
            onValueChange={setScreen}
            options={[
              { value: "desk", label: t("desk") },
              { value: "phone", label: t("phone") },
            ]}
          />
          <Segmented
            aria-label={t("scheme")}
            value={scheme}
            onValueChange={setScheme}
            options={[
              { value: "light", label: t("light") },
              { value: "dark", label: t("dark") },
            ]}
          />
        </div>
      </div>
      <div
        className={`mx-auto w-full overflow-hidden rounded-lg border border-border ${screen === "phone" ? "max-w-80" : ""}`}
        style={{ colorScheme: scheme, background: "canvas", color: "canvastext" }}
      >
        <div
          aria-hidden="true"
          className="flex h-9 items-center justify-center gap-1.5 border-b px-3 text-xs"
          style={{ borderColor: ink(12), color: ink(60), background: ink(4) }}
        >
          <Lock className="size-3" />
          <span className="truncate" dir="ltr">
            {host}
          </span>
        </div>
        <div className={`relative ${screen === "phone" ? "h-[30rem]" : "h-96"}`}>
          <PageBehind />
          <div className={prompt.enabled ? "" : "opacity-30"}>
            <SoftAsk prompt={prompt} iconUrl={iconUrl} />
          </div>
        </div>
      </div>
    </section>
  );
}

/** A share of the page's text colour over its ground: greys that are right in both themes. */
function ink(percent: number): string {
  return `color-mix(in srgb, canvastext ${percent}%, canvas)`;
}

/** A page as grey bars: something to stand on. */
function PageBehind() {
  const bar = (className: string) => <div className={`rounded-sm ${className}`} style={{ background: ink(9) }} />;
  return (
    <div aria-hidden="true" className="grid gap-3 p-6">
      {bar("h-6 w-1/3")}
      {bar("h-32 w-full")}
      {bar("h-3 w-11/12")}
      {bar("h-3 w-4/5")}
      {bar("h-3 w-2/3")}
    </div>
  );
}

/** Where the box stands; `inset` and `transform` as in sdk.js. */
const places: Record<Prompt["position"], CSSProperties> = {
  top: { inset: "12px auto auto 50%", transform: "translate(-50%)" },
  bottom: { inset: "auto auto 12px 50%", transform: "translate(-50%)" },
  center: { inset: "50% auto auto 50%", transform: "translate(-50%, -50%)" },
};

/**
 * The likeness of what sdk.js draws on a site, measure for measure. It wears the site's look and not the dashboard's, so
 * its values are its own. When public/sdk.js changes, this does.
 */
function SoftAsk({ prompt, iconUrl }: { prompt: Prompt; iconUrl: string | null }) {
  const { title, message, accept, decline, position, accentColor } = prompt;
  const button: CSSProperties = {
    font: "inherit",
    minHeight: 40,
    margin: "4px 0 0 8px",
    padding: "0 16px",
    border: "1px solid",
    borderRadius: 9,
    display: "inline-flex",
    alignItems: "center",
  };
  return (
    <div
      dir="auto"
      style={{
        position: "absolute",
        ...places[position],
        width: "min(440px, 100% - 24px)",
        display: "flex",
        gap: 14,
        padding: 18,
        borderRadius: 14,
        font: "15px/1.4 system-ui",
        overflowWrap: "anywhere",
        background: "canvas",
        color: "canvastext",
        boxShadow: "0 8px 40px #0005",
      }}
    >
      {iconUrl && <img src={iconUrl} alt="" style={{ width: 48, height: 48 }} referrerPolicy="no-referrer" />}
      <div style={{ flex: 1, textAlign: "end", minWidth: 0 }}>
        <p style={{ margin: "0 0 8px", textAlign: "start", fontWeight: 700 }}>{title}</p>
        <p style={{ margin: "0 0 8px", textAlign: "start" }}>{message}</p>
        <span style={{ ...button, background: "buttonface", color: "buttontext" }}>{decline}</span>
        <span style={{ ...button, background: accentColor, color: inkOn(accentColor) }}>{accept}</span>
      </div>
    </div>
  );
}

/** Black or white, as sdk.js chooses. */
function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) || 0);
  return red * 3 + green * 6 + blue > 1400 ? "#000" : "#fff";
}
