import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { AuthLayout } from "#components/frame/auth-layout.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { currentUser } from "#lib/auth/workspace-context.ts";
import { findInvitationOffer } from "#lib/workspaces/invitations.ts";
import { switchAccountAction } from "../../actions.ts";
import { SignUpForm } from "../../sign-up/sign-up-form.tsx";
import { AcceptForm } from "./accept-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: "PushPilot", referrer: "no-referrer" };
}

export default async function InvitationPage({ params }: PageProps<"/invitation/[token]">) {
  const { token } = await params;
  const t = await getTranslations("auth.invitation");
  const [offer, user] = await Promise.all([findInvitationOffer(token), currentUser()]);
  if (!offer) {
    return (
      <AuthLayout title={t("staleTitle")} description={t("staleText")}>
        <Button size="lg" asChild>
          <Link href="/dashboard">{t("home")}</Link>
        </Button>
      </AuthLayout>
    );
  }
  const role = t(`roles.${offer.role}`);
  const workspace = offer.workspaceName;
  const description = offer.invitedBy
    ? t("description", { inviter: offer.invitedBy, role })
    : t("descriptionPlain", { role });
  return (
    <AuthLayout title={t("title", { workspace })} description={description}>
      <Way token={token} offer={offer} currentEmail={user?.email} label={t("accept", { workspace })} />
    </AuthLayout>
  );
}

/** The one way to accept that is open to whoever looks: press, sign in, make an account, or change accounts first. */
async function Way({
  token,
  offer,
  currentEmail,
  label,
}: {
  token: string;
  offer: { email: string; hasAccount: boolean };
  currentEmail: string | undefined;
  label: string;
}) {
  const t = await getTranslations("auth");
  const here = `/invitation/${token}`;
  if (currentEmail === offer.email) return <AcceptForm token={token} label={label} />;
  if (currentEmail !== undefined) {
    return (
      <form action={switchAccountAction} className="grid gap-4">
        <Callout tone="warning">
          {t("invitation.otherAccount", { invited: offer.email, current: currentEmail })}
        </Callout>
        <input type="hidden" name="next" value={here} />
        <SubmitButton size="lg">{t("signOut.other")}</SubmitButton>
      </form>
    );
  }
  if (!offer.hasAccount) return <SignUpForm invitation={{ token, email: offer.email }} />;
  const query = new URLSearchParams({ next: here, email: offer.email });
  return (
    <div className="grid gap-4">
      <Callout>{t("invitation.signInFirst", { email: offer.email })}</Callout>
      <Button variant="primary" size="lg" asChild>
        <Link href={`/sign-in?${query}`}>{t("invitation.signIn")}</Link>
      </Button>
    </div>
  );
}
