"use client";

import { signIn } from "next-auth/react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";

/** "Continue with …" for the providers that are set up here, above the form. */
export function ProviderButtons({ providers, next }: { providers: ("google" | "apple")[]; next: string }) {
  const t = useTranslations("auth");
  const [chosen, setChosen] = useState<string>();
  if (providers.length === 0) return null;
  return (
    <div className="mb-5 grid gap-2">
      {providers.map((provider) => (
        <Button
          key={provider}
          size="lg"
          pending={chosen === provider}
          onClick={() => {
            setChosen(provider);
            signIn(provider, { callbackUrl: next }).catch(() => setChosen(undefined));
          }}
        >
          {t(`provider.${provider}`)}
        </Button>
      ))}
      <div className="mt-3 flex items-center gap-3 text-sm text-subtle-foreground">
        <span className="h-px flex-1 bg-border" />
        {t("or")}
        <span className="h-px flex-1 bg-border" />
      </div>
    </div>
  );
}
