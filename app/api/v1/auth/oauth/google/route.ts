import { signInWithIdToken } from "#lib/auth/provider-sign-in.ts";
import { ProviderSignIn, SignedIn } from "#lib/auth/schema.ts";
import { endpoint } from "#lib/http/endpoint.ts";
import { resource } from "#lib/http/resource.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource("/api/v1/auth/oauth/google", {
  POST: endpoint({
    summary: "Sign in with an id token of Google",
    access: "public",
    body: ProviderSignIn,
    result: SignedIn,
    run: ({ body, caller }) => signInWithIdToken("google", body, caller),
  }),
});
