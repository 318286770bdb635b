import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, call, registerAt } from "./api-client.ts";
import { type BrowserSubscription, decryptPush, newBrowserSubscription } from "./browser-subscription.ts";
import { type FeedServer, rss } from "./feed-server.ts";
import type { PushService } from "./push-service.ts";

/** A workspace with a little of everything, as pages are looked at with. */
export interface SeededWorkspace {
  api: ApiClient;
  siteId: string;
  subscriberId: string;
  templateId: string;
  /** Sent to all devices: most showed it, some clicked, one dismissed, one endpoint was gone, one was refused. */
  sentCampaignId: string;
  draftCampaignId: string;
  feedId: string;
  segmentId: string;
  groupId: string;
  /** A file that waits for its mapping; some of its rows are wrong. */
  importId: string;
  /** The path of the subscriber's own preference page. */
  preferencePath: string;
  /** The last part of an open invitation's link. */
  invitationToken: string;
}

const shop = "https://shop.example";
const deviceCount = 12;
const userAgents = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
];

/** Makes it over the API of a running product that may send to that push service. `email`: its owner's. */
export async function seedWorkspace(
  url: string,
  service: PushService,
  feeds: FeedServer,
  email?: string,
): Promise<SeededWorkspace> {
  const api = await registerAt(url, email);
  const { id: siteId } = await api.post<Made>("/api/v1/sites", { name: "Kettle & Cup", url: shop });
  const run = crypto.randomUUID();
  const devices = new Map<string, BrowserSubscription>();
  for (let index = 0; index < deviceCount; index += 1) {
    const token = `${run}-${index}`;
    devices.set(token, await subscribe(url, siteId, service.endpoint(token), userAgents[index % userAgents.length]));
  }
  service.script({ token: `${run}-0`, answer: { status: 410 } });
  service.script({ token: `${run}-1`, answer: { status: 403 } });

  const write = (name: string, title: string, message: string) =>
    api.post<Made>("/api/v1/campaigns", {
      name,
      siteId,
      channel: "web_push",
      trigger: { type: "one_time" },
      audience: { type: "all" },
      steps: [{ content: { title, message, url: `${shop}/sale` } }],
    });
  const sent = await write("Summer sale, first reminder", "Kettles, 20 % off", "Until Sunday, in every colour.");
  await api.post(`/api/v1/campaigns/${sent.id}/send`);
  await untilCompleted(api, sent.id);
  await report(url, siteId, messageTokens(service, devices));
  const draft = await write("Autumn teas", "The first autumn teas are here", "Picked in August. Taste one on us.");

  feeds.answer("/seeded-feed", (_, response) =>
    response.end(
      rss([
        { guid: "1", title: "Ten ways to steep green tea", link: `${shop}/tea`, description: "The water matters." },
      ]),
    ),
  );
  const feed = await api.post<Made>(`/api/v1/sites/${siteId}/rss-feeds`, { url: `${feeds.url}/seeded-feed` });

  const templates = await api.get<Page>("/api/v1/templates");
  const subscribers = await api.get<Page>(`/api/v1/sites/${siteId}/subscribers`);
  const group = await api.post<Made>("/api/v1/groups", { name: "Regulars", description: "Who comes every week" });
  await api.post(`/api/v1/groups/${group.id}/members`, { ids: [firstOf(subscribers)] });
  const segment = await api.post<Made>("/api/v1/segments", {
    name: "Chrome, or in the regulars",
    rules: {
      all: [
        { field: "lastSeenAt", op: "withinDays", value: 30 },
        {
          any: [
            { field: "browser", op: "in", value: ["Chrome", "Firefox"] },
            { field: "group", op: "eq", value: group.id },
            { field: `campaign.${sent.id}`, op: "is", value: "clicked" },
            { field: "event.purchase", op: "did", value: { count: { op: "gte", value: 3 }, withinDays: 90 } },
          ],
        },
      ],
    },
  });
  await api.post(`/api/v1/segments/${segment.id}/estimate`);
  const people = `/api/v1/workspaces/${api.workspaceId}`;
  const invited = await api.post<{ link: string }>(`${people}/invitations`, { email: "charles@example.com" });
  await api.post(`${people}/api-keys`, { name: "Shop server", scopes: ["campaigns:read"] });
  const waiting = await api.upload<Made>(
    "/api/v1/subscribers/import?start=false&fileName=customers.csv",
    "Customer id,Full name,Mobile phone,Newsletter,City\n4711,Ada Lovelace,+49 30 901820,yes,London\n4712,Grace Hopper,12,yes,New York\n4713,Alan Turing,,no,Manchester\n",
  );
  const link = await api.get<{ url: string }>(`/api/v1/subscribers/${firstOf(subscribers)}/preference-link`);
  return {
    api,
    importId: waiting.id,
    preferencePath: new URL(link.url).pathname,
    siteId,
    subscriberId: firstOf(subscribers),
    templateId: firstOf(templates),
    sentCampaignId: sent.id,
    draftCampaignId: draft.id,
    feedId: feed.id,
    segmentId: segment.id,
    groupId: group.id,
    invitationToken: new URL(invited.link).pathname.split("/").at(-1) ?? "",
  };
}

interface Made {
  id: string;
}

interface Page {
  data: Made[];
}

function firstOf({ data }: Page): string {
  const [first] = data;
  if (!first) throw new Error("The list is empty.");
  return first.id;
}

async function subscribe(url: string, siteId: string, endpoint: string, userAgent = ""): Promise<BrowserSubscription> {
  const browser = newBrowserSubscription(endpoint);
  await call(`${url}/api/sdk/v1/subscriptions`, {
    method: "POST",
    headers: { origin: shop, "user-agent": userAgent },
    body: { siteId, subscription: browser.subscription, locale: "en-GB", timezone: "Europe/London" },
  });
  return browser;
}

async function untilCompleted(api: ApiClient, campaignId: string): Promise<void> {
  const deadline = Date.now() + 90_000;
  while ((await api.get<{ status: string }>(`/api/v1/campaigns/${campaignId}`)).status !== "completed") {
    if (Date.now() > deadline) throw new Error("The campaign did not complete within 90 s.");
    await sleep(250);
  }
}

/** What each device that got the message reports it by. */
function messageTokens(service: PushService, devices: Map<string, BrowserSubscription>): string[] {
  return service.posts.flatMap(({ token, accepted, body }) => {
    const device = devices.get(token);
    if (!device || !accepted) return [];
    return [(JSON.parse(decryptPush(body, device).toString()) as { t: string }).t];
  });
}

/** All but two show it, every third clicks, one dismisses. */
async function report(url: string, siteId: string, tokens: string[]): Promise<void> {
  const at = new Date().toISOString();
  const shown = tokens.slice(2).map((t) => ({ type: "shown", t, at }));
  const clicked = tokens.slice(2).filter((_, index) => index % 3 === 0);
  const events = [
    ...shown,
    ...clicked.map((t) => ({ type: "clicked", t, at })),
    { type: "dismissed", t: tokens[3], at },
  ];
  await call(`${url}/api/sdk/v1/events`, { method: "POST", headers: { origin: shop }, body: { siteId, events } });
}
