"use client";

/** What kept this browser from being subscribed. Each has its words in the messages under `thisBrowser`. */
export type ThisBrowserCause =
  | "insecure"
  | "unsupported"
  | "iosNeedsInstall"
  | "denied"
  | "dismissed"
  | "worker"
  | "refused"
  | "noPushService"
  | "offline"
  | "failed";

/** `message` is the browser's or server's own, for what has no words of ours. */
export class ThisBrowserError extends Error {
  readonly reason: ThisBrowserCause;

  constructor(reason: ThisBrowserCause, message: string) {
    super(message);
    this.name = "ThisBrowserError";
    this.reason = reason;
  }
}

/** What of sdk.js the dashboard uses. */
interface Sdk {
  subscribeHere(target: {
    siteId: string;
    host: string;
    workerUrl: string;
    scope: string;
  }): Promise<{ subscriberId: string; subscriptionId: string; token: string }>;
}

/**
 * Subscribes this very browser to a site, on the dashboard's own origin and in a scope of its own (one registration
 * holds one key). Such a subscription is a test device: in no audience, only for test sends.
 *
 * Call it in a click, before anything is awaited: browsers ask for permission only then.
 *
 * @throws ThisBrowserError with the cause
 */
export async function subscribeThisBrowser(siteId: string): Promise<{ subscriptionId: string }> {
  const obstacle = obstacleHere();
  if (obstacle) throw new ThisBrowserError(obstacle, obstacle);
  // Asked here and not in sdk.js, which may still be loading: Firefox and Safari forget the click meanwhile.
  const permission = Notification.permission === "default" ? await Notification.requestPermission() : "granted";
  if (permission !== "granted") {
    const reason = permission === "denied" ? "denied" : "dismissed";
    throw new ThisBrowserError(reason, reason);
  }
  try {
    const sdk = await loadSdk();
    const host = location.origin;
    const { subscriptionId } = await sdk.subscribeHere({
      siteId,
      host,
      workerUrl: `/sdk-worker.js?pp=${encodeURIComponent(siteId)}&host=${encodeURIComponent(host)}`,
      scope: `/try/${siteId}/`,
    });
    return { subscriptionId };
  } catch (error) {
    throw error instanceof ThisBrowserError ? error : new ThisBrowserError(causeOf(error), messageOf(error));
  }
}

/** Loads what `subscribeThisBrowser` needs ahead of the click. Safe to call often; failures show at the click. */
export function prepareThisBrowser(): void {
  if (!obstacleHere()) loadSdk().catch(() => {});
}

function obstacleHere(): ThisBrowserCause | undefined {
  if (!window.isSecureContext) return "insecure";
  if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)
    return Notification.permission === "denied" ? "denied" : undefined;
  const isApple = /iP(hone|ad|od)/.test(navigator.userAgent);
  return isApple && !window.matchMedia("(display-mode: standalone)").matches ? "iosNeedsInstall" : "unsupported";
}

let loading: Promise<Sdk> | undefined;

function loadSdk(): Promise<Sdk> {
  loading ??= new Promise<Sdk>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/sdk.js";
    script.onload = () => {
      const sdk: unknown = Reflect.get(window, "PushPilot");
      if (isSdk(sdk)) resolve(sdk);
      else reject(new ThisBrowserError("failed", "sdk.js did not start"));
    };
    script.onerror = () => reject(new ThisBrowserError("offline", "sdk.js could not be loaded"));
    document.head.append(script);
  }).catch((error: unknown) => {
    // The next click tries again.
    loading = undefined;
    throw error;
  });
  return loading;
}

function isSdk(value: unknown): value is Sdk {
  return typeof value === "object" && value !== null && "subscribeHere" in value;
}

/** The codes of sdk.js, and the names that browsers give to what `PushManager.subscribe` throws. */
function causeOf(error: unknown): ThisBrowserCause {
  const code = textOf(error, "code");
  switch (code) {
    case "insecure":
    case "unsupported":
    case "denied":
    case "dismissed":
    case "refused":
    case "offline":
      return code;
    case "ios-needs-install":
      return "iosNeedsInstall";
  }
  if (code?.startsWith("worker-")) return "worker";
  const name = textOf(error, "name");
  if (name === "NotAllowedError") return "denied";
  return name === "AbortError" || name === "NetworkError" ? "noPushService" : "failed";
}

function messageOf(error: unknown): string {
  return (textOf(error, "message") ?? String(error)).replace(/^PushPilot: /, "");
}

function textOf(error: unknown, property: "code" | "name" | "message"): string | undefined {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, property) : undefined;
  return typeof value === "string" ? value : undefined;
}
