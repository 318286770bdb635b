import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

test("a nested segment is built by keyboard and pointer, counted as it is written, said in words, saved and written to", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  await api.post("/api/v1/sites", { name: "Kettle & Cup", url: "https://shop.example" });
  for (const person of [
    { name: "Ada", tags: ["vip"], attributes: { plan: "pro" } },
    { name: "Bob", tags: ["vip"], attributes: { plan: "basic" } },
    { name: "Cem", tags: ["vip"], attributes: { plan: "trial" } },
    { name: "Zoe", tags: [], attributes: { plan: "pro" } },
  ])
    await api.post("/api/v1/subscribers", person);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/segments/new`);
  await page.getByLabel("Name", { exact: true }).fill("Paying VIPs");

  const groups = page.getByRole("group", { name: "Group of rules" });
  const outer = groups.first();
  const ruleOf = (group: typeof outer, number: number) => group.getByRole("group", { name: `Rule ${number}` });
  if ((await ruleOf(outer, 1).count()) === 0) await outer.getByRole("button", { name: "Add a rule" }).click();
  // By keyboard alone: what to look at, how to compare, the value.
  const first = ruleOf(outer, 1).first();
  await expect(first.getByRole("combobox", { name: "What to look at" })).toHaveText("Tag");
  const compare = first.getByRole("combobox", { name: "How to compare" });
  await compare.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: "is", exact: true }).press("Enter");
  await expect(compare).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.type("vip");
  const estimate = page.getByRole("status").filter({ hasText: /person|people|Nobody/ });
  await expect(estimate).toHaveText("3 people");

  // A group within, by pointer: one of two plans.
  await outer.getByRole("button", { name: "Add a group" }).first().click();
  const inner = groups.nth(1);
  await inner.getByRole("combobox", { name: "People must match" }).click();
  await page.getByRole("option", { name: "any" }).click();
  for (const [index, plan] of ["pro", "basic"].entries()) {
    if ((await ruleOf(inner, index + 1).count()) === 0) await inner.getByRole("button", { name: "Add a rule" }).click();
    const rule = ruleOf(inner, index + 1);
    await rule.getByRole("combobox", { name: "What to look at" }).click();
    await page.getByRole("option", { name: "Attribute" }).click();
    await rule.getByLabel("Name of the attribute").fill("plan");
    await rule.getByRole("combobox", { name: "How to compare" }).click();
    await page.getByRole("option", { name: "is", exact: true }).click();
    await rule.getByLabel("Value", { exact: true }).fill(plan);
  }
  await expect(estimate).toHaveText("2 people");
  // What is wrong with a rule stands at the rule, and nothing is left behind without a question.
  const plan = ruleOf(inner, 1);
  await plan.getByRole("combobox", { name: "How to compare" }).click();
  await page.getByRole("option", { name: "is between" }).click();
  await plan.getByLabel("From").fill("10");
  await plan.getByLabel("To", { exact: true }).fill("5");
  await expect(plan.getByText("The first must not be greater than the second.")).toBeVisible();
  await page.getByRole("navigation").getByRole("link", { name: "Groups" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Paying VIPs");
  await plan.getByRole("combobox", { name: "How to compare" }).click();
  await page.getByRole("option", { name: "is", exact: true }).click();
  await plan.getByLabel("Value", { exact: true }).fill("pro");
  await expect(estimate).toHaveText("2 people");
  const panel = page.getByText(/People for whom .*vip.* and .*pro.* or .*basic/);
  await expect(panel).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Ada" })).toBeVisible();
  await lookAround(page, "segment-builder");

  await page.getByRole("button", { name: "Save segment" }).click();
  await expect(page.getByRole("heading", { name: "Paying VIPs" })).toBeVisible();
  await expect(page.getByText(/People for whom .*vip/)).toBeVisible();
  const [segment] = (await api.get<{ data: { id: string; rules: object }[] }>("/api/v1/segments")).data;
  expect(segment?.rules).toMatchObject({
    all: [
      { field: "tag", op: "eq", value: "vip" },
      {
        any: [
          { field: "attribute.plan", op: "eq", value: "pro" },
          { field: "attribute.plan", op: "eq", value: "basic" },
        ],
      },
    ],
  });
  // Two people change it at once: what each changed stays.
  const other = await page.context().newPage();
  for (const tab of [page, other]) await tab.goto(`${workspace}/segments/${segment?.id}/edit`);
  await page.getByLabel("What it is for").fill("Early birds");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Early birds")).toBeVisible();
  await other.getByLabel("Name", { exact: true }).fill("VIPs who pay");
  await other.getByRole("button", { name: "Save changes" }).click();
  await expect(other.getByRole("heading", { name: "VIPs who pay" })).toBeVisible();
  await other.close();
  expect(await api.get(`/api/v1/segments/${segment?.id}`)).toMatchObject({
    name: "VIPs who pay",
    description: "Early birds",
    rules: segment?.rules,
  });
  await page.reload();
  await page.getByRole("link", { name: "Show the people" }).click();
  await expect(page.getByRole("link", { name: "Ada" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Cem" })).toHaveCount(0);
  await page.goBack();
  await page.getByRole("button", { name: "Actions for VIPs who pay" }).click();
  await page.getByRole("menuitem", { name: "Write to them" }).click();
  await expect(page).toHaveURL(new RegExp(`segment=${segment?.id}`));
  await expect(page.getByText("VIPs who pay").first()).toBeVisible();
});
