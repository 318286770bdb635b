import { redirect } from "next/navigation";
import { membershipsOf } from "#lib/auth/accounts.ts";
import { pageUser } from "#lib/auth/page-context.ts";

/** The way in: to the first workspace of whoever signed in. */
export default async function DashboardPage() {
  const [first] = await membershipsOf((await pageUser()).id);
  redirect(first ? `/dashboard/${first.id}` : "/dashboard/new");
}
