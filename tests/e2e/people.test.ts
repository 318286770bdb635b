import { registerAt } from "#tests/support/api-client.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { lookAround } from "#tests/support/look.ts";

test("a person is added by hand: the number is grouped as it is typed, its country found, what is wrong named and nothing lost", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/subscribers`);
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a person" });
  const phone = dialog.getByLabel("Phone");
  const country = dialog.getByRole("combobox", { name: "Country of the number" });
  await dialog.getByLabel("Name").fill("Grace Hopper");
  await phone.pressSequentially("+4930901820");
  await expect(phone).toHaveValue("+49 30 901820");
  await expect(country).toContainText("Germany");
  await phone.fill("call me");
  await expect(phone).toHaveValue("call me");
  await phone.fill("12");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByText("This is no phone number.")).toBeVisible();
  await expect(dialog.getByLabel("Name")).toHaveValue("Grace Hopper");
  await lookAround(page, "people-add");

  await phone.fill("");
  await country.click();
  await page.getByPlaceholder("Country or +code").fill("+49");
  await page.getByRole("option", { name: "Germany" }).click();
  await phone.fill("030 901821");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  await expect(page.getByText("+49 30 901821")).toBeVisible();
  const [person] = (await api.get<{ data: { id: string; name: string }[] }>("/api/v1/subscribers?search=%2B4930901821"))
    .data;
  expect(person?.name).toBe("Grace Hopper");
  expect(await api.get(`/api/v1/subscribers/${person?.id}`)).toMatchObject({ phone: "+4930901821" });

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog").getByLabel("Phone").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText("+49 30 901821")).toHaveCount(0);
  expect(await api.get(`/api/v1/subscribers/${person?.id}`)).toMatchObject({ phone: null });
});

test("a list is narrowed, ordered, given its columns and kept as a view, which is shared, changed and deleted", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  for (const [name, plan] of [
    ["Zoe", "pro"],
    ["Ada", "basic"],
    ["Bob", "pro"],
  ])
    await api.post("/api/v1/subscribers", { name, tags: plan === "pro" ? ["vip"] : [], attributes: { plan } });
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/subscribers`);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "plan" }).click();
  await expect(page.getByRole("columnheader", { name: "plan" })).toBeVisible();
  await page.getByRole("button", { name: "Move plan forward" }).click();
  await page.getByRole("checkbox", { name: "Browser" }).click();
  await expect(page.getByRole("columnheader", { name: "Browser" })).toHaveCount(0);
  await lookAround(page, "people-columns");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("menuitem", { name: "Tag" }).click();
  await page.getByRole("menuitemcheckbox", { name: "vip" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("link", { name: "Ada" })).toHaveCount(0);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save as a view…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog").getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("dialog").getByLabel("Name").fill("VIPs");
  await page.getByRole("dialog").getByLabel("Everybody in the workspace sees it").click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("“VIPs” is saved")).toBeVisible();
  const chip = page.getByRole("navigation", { name: "Which subscribers to show" }).getByRole("link", { name: "VIPs" });
  await expect(chip).toHaveAttribute("aria-current", "page");
  await lookAround(page, "people-view");

  // What the list shows is what its export has.
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "People that the list shows (CSV)" }).click(),
  ]);
  const csv = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
  expect(csv).toContain("Zoe");
  expect(csv).not.toContain("Ada");

  // The columns are remembered; the view brings its filter back.
  await page.goto(`${workspace}/subscribers`);
  await expect(page.getByRole("link", { name: "Ada" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "plan" })).toBeVisible();
  await chip.click();
  await expect(page.getByRole("link", { name: "Ada" })).toHaveCount(0);
  const views = await api.get<{ data: object[] }>("/api/v1/views");
  expect(views.data).toMatchObject([{ name: "VIPs", isShared: true, state: { tag: "vip" } }]);

  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Delete “VIPs”…" }).click();
  await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: "Delete view" }).click();
  await expect(chip).toHaveCount(0);
  expect((await api.get<{ data: object[] }>("/api/v1/views")).data).toEqual([]);

  // An address that somebody kept, of a segment that is gone.
  await page.goto(`${workspace}/subscribers?segment=${crypto.randomUUID()}`);
  await expect(page.getByText("Nobody matches")).toBeVisible();
});

test("a custodian sees their group alone and fills it with people they can name", async ({ page, product }) => {
  const [owner, custodian] = [await registerAt(product.url), await registerAt(product.url)];
  const people = `/api/v1/workspaces/${owner.workspaceId}`;
  const invited = await owner.post<{ link: string }>(`${people}/invitations`, {
    email: custodian.credentials.email,
    role: "custodian",
  });
  await custodian.post("/api/v1/invitations/accept", { token: new URL(invited.link).pathname.split("/").at(-1) });
  const members = await owner.get<{ data: { id: string; email: string }[] }>(`${people}/members`);
  const memberId = members.data.find(({ email }) => email === custodian.credentials.email)?.id;
  const make = (body: object) => owner.post<{ id: string }>("/api/v1/groups", body);
  const [choir, orchestra] = [
    await make({ name: "Choir", description: "Sings on Sundays" }),
    await make({ name: "Orchestra" }),
  ];
  await make({ name: "Board" });
  for (const { id } of [choir, orchestra])
    await owner.patch(`/api/v1/groups/${id}/custodians`, { custodians: [{ memberId }] });
  await owner.post("/api/v1/subscribers", { name: "Mia", attributes: { email: "mia@example.com" } });
  await owner.post("/api/v1/subscribers", { name: "Tom", phone: "+4930901840" });

  await signIn(page, custodian.credentials);
  await page.goto(`/dashboard/${owner.workspaceId}/groups`);
  await expect(page.getByRole("link", { name: "Choir" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Board" })).toHaveCount(0);
  await lookAround(page, "custodian-groups");
  await page.getByRole("link", { name: "Choir" }).click();
  await expect(page.getByText("Add people whose e-mail, number or id you know.")).toBeVisible();
  await page.getByRole("button", { name: "Add people" }).click();
  const dialog = page.getByRole("dialog", { name: "Add people to “Choir”" });
  await expect(dialog.getByRole("tab")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByText("Name at least one person.")).toBeVisible();
  const names = dialog.getByLabel("People, one a line");
  await names.fill(Array.from({ length: 21 }, (_, index) => `guess-${index}`).join("\n"));
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByText("21 are too many: at most 20 at once.")).toBeVisible();
  await names.fill("mia@example.com\n+49 30 901840\nnobody@example.com\n");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByText("There is no such person")).toBeVisible();
  await expect(names).toHaveValue("nobody@example.com");
  await lookAround(page, "custodian-adds");
  await page.keyboard.press("Escape");

  await expect(page.getByText("Mia", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Mia" })).toHaveCount(0);
  await page.getByRole("checkbox", { name: "Select Mia" }).click();
  await page.getByRole("button", { name: "Add to a group" }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "Group" }).click();
  await expect(page.getByRole("option")).toHaveText(["Orchestra"]);
  await page.getByRole("option", { name: "Orchestra" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByText("1 person added")).toBeVisible();
  const inOrchestra = await owner.get<{ data: { name: string }[] }>(`/api/v1/groups/${orchestra.id}/members`);
  expect(inOrchestra.data.map(({ name }) => name)).toEqual(["Mia"]);
  await page.getByRole("checkbox", { name: "Select Mia" }).click();
  await page.getByRole("button", { name: "Take out of the group" }).click();
  await expect(page.getByText("1 person taken out")).toBeVisible();
  await expect(page.getByText("Mia", { exact: true })).toHaveCount(0);
  await expect(page.getByText("Tom", { exact: true })).toBeVisible();
});

test("a menu or dialog that cannot be fetched says so, and opens once it can", async ({ page, product }) => {
  const api = await registerAt(product.url);
  const workspace = await signIn(page, api.credentials);
  const isToaster = page.waitForFunction(() => document.querySelector("[aria-label^='Notifications']") !== null);
  await page.goto(`${workspace}/groups`);
  await isToaster;
  await page.context().setOffline(true);
  const button = page.getByRole("button", { name: "New group" });
  await button.click();
  await expect(page.getByText("This could not be loaded.")).toBeVisible();
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await page.context().setOffline(false);
  await button.click();
  await expect(page.getByRole("dialog").getByLabel("Name")).toBeVisible();
});

test("tags that two tabs add both stay, and whoever is deleted can still be found and forgotten", async ({
  page,
  product,
}) => {
  const api = await registerAt(product.url);
  const { id } = await api.post<{ id: string }>("/api/v1/subscribers", { name: "Ada Lovelace", tags: ["tea"] });
  const group = await api.post<{ id: string }>("/api/v1/groups", { name: "Choir" });
  await api.post(`/api/v1/groups/${group.id}/members`, { ids: [id] });
  const workspace = await signIn(page, api.credentials);
  const other = await page.context().newPage();
  for (const tab of [page, other]) await tab.goto(`${workspace}/subscribers/${id}`);
  await expect(page.getByRole("main").getByRole("link", { name: "Choir" })).toBeVisible();
  for (const [tab, tag] of [
    [page, "one"],
    [other, "two"],
  ] as const) {
    await tab.getByLabel("Add a tag").fill(tag);
    await tab.keyboard.press("Enter");
    await expect(tab.getByRole("button", { name: `Remove ${tag}` })).toBeVisible();
  }
  await other.close();
  await expect
    .poll(async () => (await api.get<{ tags: string[] }>(`/api/v1/subscribers/${id}`)).tags.sort())
    .toEqual(["one", "tea", "two"]);

  await page.getByRole("button", { name: "Actions for Ada Lovelace" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete subscriber" }).click();
  await expect(page.getByText("“Ada Lovelace” is deleted")).toBeVisible();
  await page.goto(`${workspace}/privacy?q=lovelace`);
  await expect(page.getByText("Deleted", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Actions for Ada Lovelace" }).click();
  await page.getByRole("menuitem", { name: "Erase…" }).click();
  await page.getByRole("alertdialog").getByRole("textbox").fill("Ada Lovelace");
  await page.getByRole("button", { name: "Erase for good" }).click();
  await expect(page.getByText("Nobody is known by that.")).toBeVisible();
});
