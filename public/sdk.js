// @ts-check
/**
 * PushPilot on the page: asks, registers the worker and talks to it. Subscription and token belong to sdk-worker.js.
 * <script src="https://HOST/sdk.js" data-site="SITE_ID" defer></script>
 *
 * @typedef {{siteId: string, host: string, workerUrl: string, scope: string}} Place
 * @typedef {import("../lib/sites/schema.ts").Prompt & {iconUrl: string | null}} Prompt
 * @typedef {{vapidPublicKey: string, workerPath: string, scope: string, takesOver?: boolean, prompt: Prompt}} Config
 * @typedef {{views?: number, notNowAt?: number, accepted?: boolean, checkIn?: string}} Memory
 * @typedef {{tags?: string[], prompt?: Prompt}} More
 * @typedef {{subscriberId: string, subscriptionId: string, token: string}} Subscribed
 */
(() => {
  if ("PushPilot" in window) return;
  const version = "1.0.0";
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const siteId = script?.dataset.site ?? "";
  const host = script ? new URL(".", script.src).href.slice(0, -1) : "";
  const events = new EventTarget();
  /** @param {string} type @param {unknown} [detail] */
  const emit = (type, detail) => events.dispatchEvent(new CustomEvent(type, { detail }));
  /** @param {string} code @param {string} [message] */
  const fault = (code, message = code) => Object.assign(new Error(`PushPilot: ${message}`), { code });

  /** Why this browser cannot be subscribed. */
  function obstacle() {
    if (!isSecureContext) return "insecure";
    if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)
      return Notification.permission === "denied" ? "denied" : undefined;
    const { userAgent, maxTouchPoints } = navigator;
    const isIos = /iP(hone|ad|od)/.test(userAgent) || (/Mac/.test(userAgent) && maxTouchPoints > 1);
    return isIos && !matchMedia("(display-mode: standalone)").matches ? "ios-needs-install" : "unsupported";
  }

  /** What this page remembers. @param {Memory} [change] @returns {Memory} */
  function memory(change) {
    const name = `pushpilot.${siteId}`;
    try {
      const now = { ...JSON.parse(localStorage[name] ?? "{}"), ...change };
      if (change) localStorage[name] = JSON.stringify(now);
      return now;
    } catch {
      return {}; // storage is blocked
    }
  }

  /** @param {string} path @param {object} [body] @param {string} [from] */
  async function call(path, body, from = host) {
    const response = await fetch(`${from}/api/sdk/v1/sites/${path}`, {
      ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      credentials: "omit",
    }).catch(() => undefined);
    const reply = await response?.json().catch(() => undefined);
    if (!response?.ok) throw fault(response ? "refused" : "offline", reply?.error?.message);
    return reply;
  }

  /** What is wrong with the worker file. @param {Place} place */
  async function inspect({ workerUrl, scope, host }) {
    const { pathname, href } = new URL(workerUrl, location.href);
    if (!scope.startsWith(pathname.replace(/[^/]*$/, ""))) return "wrong-scope";
    const response = await fetch(href, { cache: "no-store" }).catch(() => undefined);
    const type = response?.headers.get("content-type") ?? "";
    if (!response?.ok || /html/.test(type)) return "missing";
    if (!/(java|ecma)script/.test(type)) return "wrong-type";
    const name = `${host}/sdk-worker.js`;
    return href.startsWith(name) || (await response.text()).includes(name) ? "ok" : "wrong-content";
  }

  /**
   * Has the worker, in its own scope beside any other of the site, do something: see `onMessage` there.
   * @param {Place} place @param {object} message
   */
  async function tell(place, message) {
    const registration = await navigator.serviceWorker
      .register(place.workerUrl, { scope: place.scope, updateViaCache: "none" })
      .catch(async (error) => {
        const state = await inspect(place);
        throw fault(`worker-${state === "ok" ? "failed" : state}`, error.message);
      });
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    return new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        if (data.version !== version) registration.update().catch(() => {});
        if (data.code) reject(Object.assign(fault(data.code, data.message), { name: data.name }));
        else resolve(data.result);
        port1.close();
      };
      setTimeout(() => reject(fault("worker-failed")), 60_000);
      worker?.postMessage(message, [port2]);
    });
  }

  /** @param {Place} place @param {string} key @param {object} [body] @returns {Promise<Subscribed>} */
  const connect = (place, key, body) => tell(place, { pushpilot: "connect", key, body });

  /** Where another system's devices were imported: the addresses that its worker holds here. */
  async function others() {
    const all = (await config).takesOver ? await navigator.serviceWorker.getRegistrations() : [];
    const found = await Promise.all(all.map((each) => each.pushManager?.getSubscription()));
    return { otherEndpoints: found.flatMap((each) => each?.endpoint ?? []).slice(0, 5) };
  }

  /** The browser's own question, if it must be asked: call it in a click, before anything is awaited. */
  async function permit() {
    const reason = obstacle();
    if (reason) throw fault(reason);
    if (Notification.permission === "granted") return false;
    if (navigator.userActivation?.isActive === false) throw fault("gesture-needed", "call subscribe() in a click");
    const answer = await Notification.requestPermission();
    if (answer !== "granted") throw fault(answer === "denied" ? answer : "dismissed");
    return true;
  }

  /** Tells the install page what this page sees: daily, when it changed, or with ?pp_check. @param {Place} place @param {true} [granted] */
  async function checkIn(place, granted) {
    const reason = obstacle();
    const permission = reason && reason !== "denied" ? "unsupported" : Notification.permission;
    const stamp = `${new Date().toDateString()} ${permission} `;
    if (!granted && memory().checkIn === `${stamp}ok` && !/[?&]pp_check/.test(location.search)) return;
    const worker = permission === "unsupported" ? permission : await inspect(place);
    const page = location.origin + location.pathname;
    await call(`${siteId}/checkin`, { page, worker, permission, sdkVersion: version, granted });
    memory({ checkIn: stamp + worker });
  }

  /** Our own question, before the browser's. @param {Prompt} prompt */
  function ask(prompt) {
    const isCoach = obstacle() === "ios-needs-install";
    const element = document.createElement("pushpilot-prompt");
    const root = element.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet(); // unlike a style element, allowed under any content security policy
    style.replaceSync(css);
    root.adoptedStyleSheets = [style];
    /** @param {string} name @param {Element | ShadowRoot} parent @param {object} [attributes] @param {string} [text] */
    const add = (name, parent, attributes = {}, text = "") => {
      const child = parent.appendChild(document.createElement(name));
      for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
      child.textContent = text;
      return child;
    };
    const names = { role: "dialog", "aria-labelledby": "t", "aria-describedby": "m" };
    const box = add("section", root, { ...names, dir: "auto", class: prompt.position });
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(prompt.accentColor.slice(at, at + 2), 16));
    box.style.setProperty("--accent", prompt.accentColor);
    box.style.setProperty("--ink", r * 3 + g * 6 + b > 1400 ? "#000" : "#fff");
    if (/^https?:/.test(prompt.iconUrl ?? "")) add("img", box, { src: prompt.iconUrl, alt: "" });
    const words = add("div", box);
    add("h2", words, { id: "t" }, prompt.title);
    const coach = "First tap Share, then “Add to Home Screen”, and open the site from there.";
    add("p", words, { id: "m" }, isCoach ? coach : prompt.message);
    /** @param {string} type */
    const close = (type) => {
      element.remove();
      memory({ notNowAt: Date.now() }); // also when the browser's question then stays unanswered
      emit(type);
    };
    add("button", words, {}, isCoach ? "OK" : prompt.decline).onclick = () => close("declined");
    if (!isCoach)
      add("button", words, { class: "yes" }, prompt.accept).onclick = () => {
        close("accepted");
        api.subscribe({ prompt }).catch(() => {});
      };
    box.onkeydown = ({ key }) => {
      if (key === "Escape") close("declined");
    };
    element.ariaLive = "polite";
    document.body.prepend(element);
    emit("prompt");
  }

  const css = `section{position:fixed;z-index:2147483647;inset:12px auto auto 50%;transform:translate(-50%);box-sizing:border-box;
width:min(440px,100vw - 24px);display:flex;gap:14px;padding:18px;border-radius:14px;font:15px/1.4 system-ui;overflow-wrap:anywhere;
color-scheme:light dark;background:canvas;color:canvastext;box-shadow:0 8px 40px #0005}
.bottom{inset:auto auto 12px 50%}.center{top:50%;transform:translate(-50%,-50%)}img{width:48px;height:48px}
div{flex:1;text-align:end}h2,p{margin:0 0 8px;font-size:1em;text-align:start}
button{font:inherit;min-height:40px;margin:4px 0 0 8px;padding:0 16px;border:1px solid;border-radius:9px}
.yes{background:var(--accent);color:var(--ink)}button:focus-visible{outline:3px solid;outline-offset:2px}`;

  /** @type {string | undefined} Why the last try failed. */
  let trouble;
  /** @param {Promise<Subscribed>} work */
  const watch = (work) =>
    work.catch((error) => {
      trouble = error.code ?? "failed";
      console.warn(error);
      emit("error", error);
      throw error;
    });

  /** @type {Promise<Config>} */
  const config = siteId ? call(`${siteId}/config`) : Promise.reject(fault("no-site"));
  const place = config.then(({ workerPath, scope }) => {
    const workerUrl = `${workerPath}?pp=${siteId}&host=${encodeURIComponent(host)}`;
    return { siteId, host, scope, workerUrl };
  });
  place.catch(() => {}); // whoever asks is told

  async function start() {
    const { prompt, vapidPublicKey } = await config;
    checkIn(await place).catch(() => {});
    const { views = 1, notNowAt = 0, accepted } = memory();
    memory({ views: views + 1 });
    const reason = obstacle();
    if (accepted !== undefined && !reason && Notification.permission === "granted") {
      if (accepted) await watch(connect(await place, vapidPublicKey, await others()));
    } else if (
      prompt.enabled &&
      self === top &&
      accepted !== false &&
      (!reason || reason === "ios-needs-install") &&
      views >= prompt.afterPageViews &&
      Date.now() - notNowAt > prompt.backOffDays * 864e5
    )
      setTimeout(ask, prompt.delaySeconds * 1000, prompt);
  }

  /** @param {string} what @param {object} [body] */
  const say = async (what, body) => {
    if (!memory().accepted) throw fault("not-subscribed");
    return tell(await place, { pushpilot: what, body });
  };

  const api = {
    /** Call it in a click. Rejects with an error whose `code` says why. @param {More} [more] */
    subscribe: (more) =>
      watch(
        permit().then(async (isNew) => {
          memory({ accepted: true });
          if (isNew) checkIn(await place, true).catch(() => {});
          const subscribed = await connect(await place, (await config).vapidPublicKey, {
            ...more,
            ...(await others()),
          });
          trouble = undefined;
          emit("subscribed", subscribed);
          return subscribed;
        }),
      ),
    /** Subscribes for another site, without our question: "send to this browser". @param {Place} there */
    async subscribeHere(there) {
      await permit();
      const { vapidPublicKey } = await call(`${there.siteId}/config`, undefined, there.host);
      return connect(there, vapidPublicKey);
    },
    async unsubscribe() {
      await say("unsubscribe");
      memory({ accepted: false });
      emit("unsubscribed");
    },
    /** @param {{add?: string[], remove?: string[]}} change */
    tag: (change) => say("tags", change),
    /** @param {{externalId?: string, name?: string, attributes?: object, jwt?: string}} who */
    identify: (who) => say("identify", who),
    /** @param {object} choices */
    preferences: (choices) => say("preferences", choices),
    /** @param {string} name @param {object} [properties] */
    track: (name, properties) => say("track", { type: "custom", name, properties, at: new Date() }),
    /** `subscribed`, or why not. */
    async status() {
      const reason = obstacle();
      if (reason || trouble) return { state: reason ?? trouble };
      return say("status").catch(({ code }) => ({ state: code }));
    },
    /** prompt, accepted, declined, subscribed, unsubscribed, error. @param {string} type @param {(detail: unknown) => void} listener */
    on: (type, listener) =>
      events.addEventListener(type, (event) => listener(/** @type {CustomEvent} */ (event).detail)),
  };
  Object.assign(window, { PushPilot: api });
  start().catch(() => {});
})();
