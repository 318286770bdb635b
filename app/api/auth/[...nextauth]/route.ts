import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { nextAuthOptions } from "#lib/auth/next-auth.ts";
import { clientAddress } from "#lib/http/client-address.ts";
import { newId } from "#lib/ids.ts";

async function handle(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  // next-auth's door for browsers to write into the server's log: nobody needs it.
  if ((await context.params).nextauth[0] === "_log") return new Response(null, { status: 404 });
  return await NextAuth(request, context, await nextAuthOptions({ ip: clientAddress(request), requestId: newId() }));
}

export { handle as GET, handle as POST };
