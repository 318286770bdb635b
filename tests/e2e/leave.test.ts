import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";

test("a site's settings, its prompt and a template ask before what was typed is left", async ({ page, product }) => {
  const api = await registerAt(product.url);
  const site = await api.post<{ id: string }>("/api/v1/sites", { name: "Kettle & Cup", url: "https://shop.example" });
  const workspace = await signIn(page, api.credentials);
  const question = page.getByRole("dialog").or(page.getByRole("alertdialog"));
  for (const path of [`sites/${site.id}/settings`, `sites/${site.id}/prompt`, "templates/new"]) {
    await page.goto(`${workspace}/${path}`);
    const first = page.getByRole("main").getByRole("textbox").first();
    await first.fill("Not saved yet");
    const elsewhere = page.getByRole("navigation").getByRole("link", { name: "Segments" }).first();
    await elsewhere.click();
    await expect(question).toContainText("Leave without saving?");
    await question.getByRole("button", { name: "Stay" }).click();
    await expect(first).toHaveValue("Not saved yet");
    await elsewhere.click();
    await question.getByRole("button", { name: "Leave", exact: true }).click();
    await expect(page).toHaveURL(/\/segments$/);
  }
});
