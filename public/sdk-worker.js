// @ts-check
/**
 * PushPilot's worker. A site hosts one line, `importScripts("https://HOST/sdk-worker.js")`, in a file that sdk.js registers
 * as `…?pp=SITE_ID&host=HOST`. It holds the subscription and its token, always shows something when a push arrives, and
 * reports shown, clicked and dismissed, later if the network is away. It has no fetch handler and runs no data as code.
 *
 * @typedef {object} Known What is kept of this browser's subscription.
 * @property {string} endpoint
 * @property {string} key VAPID public key that it was made with
 * @property {string} token lets this browser, and nobody else, speak for the subscription
 * @property {string} subscriberId
 * @property {string} subscriptionId
 * @property {string} told what the server was told last, to tell it again only when that changed
 *
 * @typedef {{tags?: string[], prompt?: object, page?: string, otherEndpoints?: string[]}} Circumstances of a subscribing, as far as they are known
 * @typedef {{type: "shown" | "clicked" | "dismissed", t: string, action?: string, at: string}} MessageReport
 * @typedef {{type: "custom", name: string, properties?: object, at: string}} PageEvent
 * @typedef {MessageReport | PageEvent} QueuedEvent
 */
(() => {
  const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
  const version = "1.0.0";
  const query = new URLSearchParams(worker.location.search);
  const siteId = query.get("pp") ?? "";
  const host = webUrl(query.get("host"))?.href.replace(/\/$/, "");
  const { registration } = worker;
  const syncTag = "pushpilot-events";
  const maxQueued = 500;
  /** What `pushManager.subscribe` throws, in our words. @type {Record<string, string>} */
  const browserFaults = { NotAllowedError: "denied", AbortError: "no-push-service", NetworkError: "no-push-service" };
  const maxEventAgeMs = 29 * 24 * 60 * 60 * 1000;

  worker.addEventListener("install", () => void worker.skipWaiting());
  worker.addEventListener("activate", (event) => event.waitUntil(flush()));
  worker.addEventListener("push", (event) => event.waitUntil(onPush(event)));
  worker.addEventListener("notificationclick", (event) => event.waitUntil(onClick(event)));
  worker.addEventListener("notificationclose", (event) => event.waitUntil(onClose(event)));
  worker.addEventListener("pushsubscriptionchange", (event) => {
    /** @type {ExtendableEvent} */ (event).waitUntil(reconnect());
  });
  worker.addEventListener("message", (event) => event.waitUntil(onMessage(event)));
  worker.addEventListener("sync", (event) => {
    /** @type {ExtendableEvent} */ (event).waitUntil(flush()); // any tag: another script's costs a look at the queue
  });

  // ---- Showing

  /** Clicked or replaced notifications: of these Firefox says, as of those that the user closes, that they closed. */
  const closedByUs = new Set();

  /** @param {PushEvent} event */
  async function onPush(event) {
    const { title, ...options } = notificationOf(readJson(event.data));
    // A repeat of a message carries its tag and quietly replaces what is shown.
    const { tag } = options;
    for (const old of tag ? await registration.getNotifications({ tag }) : []) closedByUs.add(old.data?.shownId);
    const plain = { data: options.data };
    await registration.showNotification(title, options).catch(() => registration.showNotification(title, plain));
    await report("shown", { data: options.data });
  }

  /** @param {PushMessageData | null} data @returns {Record<string, unknown>} */
  function readJson(data) {
    try {
      const value = data?.json();
      return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
    } catch {
      return {};
    }
  }

  /** Takes of a payload only what has the right type; what is missing gets a harmless default. @param {Record<string, unknown>} payload */
  function notificationOf(payload) {
    /** @type {{action: string, title: string}[]} */
    const actions = [];
    /** @type {Record<string, string>} */
    const urls = {};
    for (const item of Array.isArray(payload.actions) ? payload.actions.slice(0, 2) : []) {
      const [action, title, url] = [text(item?.action, 64), text(item?.title, 200), webUrl(item?.url)];
      if (!action || !title) continue;
      actions.push({ action, title });
      if (url) urls[`:${action}`] = url.href;
    }
    return {
      title: text(payload.title, 300) || worker.location.hostname,
      body: text(payload.body, 4000) || (payload.title ? "" : "You have a new message."),
      icon: webUrl(payload.icon)?.href,
      image: webUrl(payload.image)?.href,
      badge: webUrl(payload.badge)?.href,
      tag: text(payload.tag, 200) || undefined,
      requireInteraction: payload.requireInteraction === true,
      actions,
      data: { shownId: crypto.randomUUID(), t: text(payload.t, 300), url: webUrl(payload.url)?.href, urls },
    };
  }

  /** @param {unknown} value @param {number} maxLength @returns {string} */
  function text(value, maxLength) {
    return typeof value === "string" ? value.slice(0, maxLength) : "";
  }

  /** An absolute http or https address, or nothing: no javascript:, no data:, no user name that poses as a host. @param {unknown} value */
  function webUrl(value) {
    if (typeof value !== "string" || !/^https?:\/\/[^/\\]/i.test(value) || !URL.canParse(value)) return undefined;
    const url = new URL(value);
    return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : undefined;
  }

  // ---- Clicking

  /** @param {NotificationEvent} event */
  async function onClick({ notification, action }) {
    closedByUs.add(notification.data?.shownId);
    notification.close();
    const { url, urls } = notification.data ?? {};
    const target = webUrl(urls?.[`:${action}`]) ?? webUrl(url) ?? new URL("/", worker.location.href);
    await Promise.all([open(target), report("clicked", notification, action)]);
  }

  /** @param {NotificationEvent} event */
  async function onClose({ notification }) {
    if (!closedByUs.delete(notification.data?.shownId)) await report("dismissed", notification);
  }

  /** Focuses a tab that is already there, else opens one. @param {URL} target */
  async function open(target) {
    const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    const tab = tabs.find(({ url }) => url.split("#")[0] === target.href.split("#")[0]);
    const focused = await tab?.focus().catch(() => undefined);
    if (!focused) await worker.clients.openWindow(target.href).catch(() => null);
  }

  // ---- Reporting

  /** @param {MessageReport["type"]} type @param {{data: unknown}} notification @param {string} [action] */
  async function report(type, { data }, action) {
    const t = text(Object(data).t, 300);
    if (t) await enqueue({ type, t, ...(action && { action }), at: new Date().toISOString() });
    else await flush();
  }

  /** Keeps an event until the server took it. @param {QueuedEvent} event */
  async function enqueue(event) {
    await inStore("events", (store) => store.add(event));
    await flush();
  }

  /** @type {Promise<void>} */
  let flushing = Promise.resolve();
  /** @type {Promise<void> | undefined} */
  let nextFlush;
  /** Sends what is queued, oldest first, one flush after another. Fails never: what cannot be sent now stays. */
  function flush() {
    nextFlush ??= flushing.then(() => {
      nextFlush = undefined;
      flushing = sendQueue().catch(waitForNetwork);
      return flushing;
    });
    return nextFlush;
  }

  async function sendQueue() {
    if (!host || !siteId) return;
    /** @type {IDBValidKey[]} */
    const ids = await inStore("events", (store) => store.getAllKeys());
    /** @type {QueuedEvent[]} */
    const events = await inStore("events", (store) => store.getAll());
    const oldest = Date.now() - maxEventAgeMs;
    const queue = ids.map((id, index) => ({ id, event: events[index] }));
    const stale = queue.filter(
      ({ event }, index) => !event || Date.parse(event.at) < oldest || index < queue.length - maxQueued,
    );
    await forget(stale);
    await sendAll(queue.filter((item) => !stale.includes(item)));
  }

  /** @param {{id: IDBValidKey, event: QueuedEvent | undefined}[]} queue */
  async function sendAll(queue) {
    for (let at = 0; at < queue.length; at += 50) {
      const batch = queue.slice(at, at + 50);
      try {
        const events = batch.map(({ event }) => event);
        const isOurs = events.some((event) => event?.type === "custom");
        await call("/events", { siteId, events }, isOurs ? (await known())?.token : undefined);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        // One bad event must not take the others with it.
        if (batch.length > 1) for (const item of batch) await sendAll([item]);
      }
      await forget(batch);
    }
  }

  /** @param {{id: IDBValidKey}[]} items */
  async function forget(items) {
    for (const { id } of items) await inStore("events", (store) => store.delete(id));
  }

  /** Has the browser wake us when there is a network; where it cannot, the next push, visit or start of this worker does. */
  async function waitForNetwork() {
    const { sync } = /** @type {{sync?: {register(tag: string): Promise<void>}}} */ (
      /** @type {unknown} */ (registration)
    );
    await sync?.register(syncTag).catch(() => {});
  }

  // ---- Subscribing

  /**
   * Subscribes this browser, or brings its subscription up to date: lost, another key, another time zone, another day.
   * What the server refuses does not stay in the browser.
   *
   * @param {string} key VAPID public key, base64url @param {Circumstances} [circumstances]
   * @returns {Promise<{subscriberId: string, subscriptionId: string, token: string}>}
   */
  async function connect(key, { tags, prompt, page, otherEndpoints = [] } = {}) {
    const before = await known();
    const { subscription, previousEndpoint } = await subscribe(key, before);
    const { endpoint, expirationTime, keys } = subscription.toJSON();
    const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();
    const locale = navigator.language;
    const told = [endpoint, key, timezone, locale, new Date().toDateString(), ...otherEndpoints].join();
    if (before && before.told === told && !tags) return handle(before);
    const body = {
      siteId,
      subscription: { endpoint, expirationTime: expirationTime ?? null, keys },
      vapidPublicKey: key,
      deviceId: await deviceId(),
      ...(previousEndpoint && { previousEndpoint }),
      ...(otherEndpoints.length > 0 && { otherEndpoints }),
      timezone,
      locale,
      ...(tags && { tags }),
      ...(page && { page }),
      ...(prompt && { promptVersion: await fingerprint(prompt) }),
    };
    try {
      const { subscriberId, subscriptionId, token } = await call("/subscriptions", body);
      const after = { endpoint: subscription.endpoint, key, token, subscriberId, subscriptionId, told };
      await inStore("state", (store) => store.put(after, "subscription"));
      return handle(after);
    } catch (error) {
      // One that the server took before stays: a site that is paused for a day must not lose its subscribers.
      // Nor does the address of somebody who was erased: who wants to be told again gets a new one.
      const isErased = Object(error).status === 410;
      if (isErased) await inStore("state", (store) => store.delete("subscription"));
      if (isErased || (isRefusal(error) && before?.endpoint !== endpoint)) await subscription.unsubscribe();
      throw error;
    }
  }

  /** The browser's subscription with this key, and the address that it replaces. @param {string} key @param {Known | undefined} before */
  async function subscribe(key, before) {
    // Right after the installation Chrome refuses for want of an active worker.
    while (!registration.active) await new Promise((resolve) => setTimeout(resolve, 50));
    const { pushManager } = registration;
    const current = await pushManager.getSubscription();
    const previousEndpoint = before?.endpoint ?? current?.endpoint;
    const isCurrent = current && (keyOf(current) || before?.key) === key;
    if (current && !isCurrent) await current.unsubscribe();
    const subscription = isCurrent
      ? current
      : await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    return {
      subscription,
      previousEndpoint: previousEndpoint === subscription.endpoint ? undefined : previousEndpoint,
    };
  }

  /**
   * What stays when everything else of a subscription is lost: by it the server knows this browser again, whether as a tab or
   * as an installed app, and replaces the address it had. Never shown to anybody.
   */
  async function deviceId() {
    const kept = await inStore("state", (store) => store.get("device"));
    if (typeof kept === "string") return kept;
    const made = crypto.randomUUID();
    await inStore("state", (store) => store.put(made, "device"));
    return made;
  }

  /** Names the wording that was agreed to, for the consent record. @param {object} prompt */
  async function fingerprint(prompt) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(prompt)));
    return base64url(hash).slice(0, 16);
  }

  /** @param {PushSubscription} subscription */
  function keyOf({ options: { applicationServerKey } }) {
    return base64url(applicationServerKey ?? new ArrayBuffer(0));
  }

  /** @param {ArrayBuffer} bytes */
  function base64url(bytes) {
    const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
    return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  /** @param {Known} subscription */
  function handle({ subscriberId, subscriptionId, token }) {
    return { subscriberId, subscriptionId, token };
  }

  /** The push service dropped or changed the subscription: makes a new one for the same person, if there was one. */
  async function reconnect() {
    if (!(await known())) return;
    const { vapidPublicKey } = await call(`/sites/${siteId}/config`);
    await connect(vapidPublicKey);
  }

  /** Leaves: first the browser, so that nothing can arrive, then the server. */
  async function disconnect() {
    const state = await known();
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    await inStore("state", (store) => store.delete("subscription"));
    // Should this fail, the push service itself answers that the address is gone.
    if (state) await call("/subscriptions/unsubscribe", {}, state.token).catch(() => {});
  }

  // ---- Talking to sdk.js

  /**
   * One message `{pushpilot, …}`, one answer `{version, result}` or `{version, code, name, message}` on its port.
   *
   * @param {ExtendableMessageEvent} event
   */
  async function onMessage({ data, source, ports: [port] }) {
    const what = Object(data).pushpilot;
    if (typeof what !== "string") return; // another script's
    const page = source && "url" in source ? source.url.split(/[?#]/)[0]?.slice(0, 2048) : undefined;
    try {
      port?.postMessage({ version, result: await act(what, data, page) });
    } catch (error) {
      const { code, name, message } = Object(error);
      const ours = typeof code === "string" ? code : browserFaults[String(name)];
      port?.postMessage({ version, code: ours ?? "failed", name: String(name), message: String(message) });
    }
    await flush();
  }

  /** @param {string} what @param {{key?: string, body?: object}} message @param {string} [page] @returns {Promise<unknown>} */
  async function act(what, { key = "", body = {} }, page) {
    if (what === "connect") return await connect(key, { ...body, page });
    if (what === "reconnect") return await reconnect();
    if (what === "unsubscribe") return await disconnect();
    if (what === "flush") return undefined;
    const state = await known();
    if (what === "status") return state ? { state: "subscribed", ...handle(state) } : { state: "not-subscribed" };
    if (!state) throw failure("not-subscribed", "this browser is not subscribed");
    if (what === "track") return await inStore("events", (store) => store.add(body));
    if (["tags", "identify", "preferences"].includes(what))
      return await call(`/subscriptions/${what}`, body, state.token);
    throw failure("unknown-message", what);
  }

  /**
   * Calls the API. When the network or the server is out of order it waits and tries again, about ten seconds in all.
   *
   * @param {string} path @param {object} [body] @param {string} [token]
   * @throws an error whose `code` is "offline", or "refused" when the answer would stay the same
   */
  async function call(path, body, token) {
    for (const waitMs of [1000, 3000, 6000, 0]) {
      /** @type {Record<string, string>} */
      const headers = {};
      if (body) headers["content-type"] = "application/json";
      if (token) headers.authorization = `Bearer ${token}`;
      const request = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) };
      const response = await fetch(`${host}/api/sdk/v1${path}`, { ...request, credentials: "omit" }).catch(
        () => undefined,
      );
      const reply = await response?.json().catch(() => undefined);
      if (response?.ok) return reply;
      const status = response?.status ?? 503;
      if (status < 500 && status !== 429 && status !== 408)
        throw Object.assign(failure("refused", reply?.error?.message ?? `status ${status}`), { status });
      if (Number(response?.headers.get("retry-after")) > waitMs / 1000) break;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    throw failure("offline", "the server cannot be reached");
  }

  /** @param {string} code @param {string} message */
  function failure(code, message) {
    return Object.assign(new Error(message), { code });
  }

  /** @param {unknown} error */
  function isRefusal(error) {
    return Object(error).code === "refused";
  }

  // ---- Keeping

  /** @returns {Promise<Known | undefined>} */
  async function known() {
    return await inStore("state", (store) => store.get("subscription"));
  }

  /**
   * One request in one transaction of this site's own database.
   *
   * @template T
   * @param {"state" | "events"} name @param {(store: IDBObjectStore) => IDBRequest<T>} work @returns {Promise<T>}
   */
  function inStore(name, work) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(`pushpilot-${siteId}`, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("state");
        opening.result.createObjectStore("events", { autoIncrement: true });
      };
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction(name, "readwrite");
        const request = work(transaction.objectStore(name));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error);
        opening.result.close(); // once the transaction is done
      };
    });
  }
})();
