import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** An accepted message on its way to a browser. */
export interface ForwardedPush {
  /** What the sender encrypted, as it came. */
  body: Buffer;
  contentEncoding: string | undefined;
  /** A waiting message with the same topic is replaced (RFC 8030 section 5.4). */
  topic: string | undefined;
  /** 0: only if the browser is connected now (RFC 8030 section 5.2). */
  ttlSeconds: number;
}

/** One message that a browser confirmed: code 100 once its worker handled it, 101 undecryptable, 102 not handled. */
export interface PushAck {
  token: string;
  version: string;
  code: number;
}

/** The side of a push service that browsers talk to: Firefox's autopush protocol over a WebSocket. */
export interface PushBrowsers {
  url: string;
  acks: readonly PushAck[];
  /** Tokens that browsers hold at this moment. */
  tokens(): string[];
  /** `unknown` for a token that was never handed to a browser, `gone` once the browser gave it up. */
  state(token: string): "active" | "gone" | "unknown";
  /** The VAPID key (base64url) that the browser tied the subscription to, if any. */
  vapidKey(token: string): string | undefined;
  forward(token: string, push: ForwardedPush): void;
  /** Forgets every browser: on reconnecting they learn that their subscriptions are lost. */
  loseBrowsers(): void;
  close(): Promise<void>;
}

interface Registration {
  channelId: string;
  browserId: string;
  vapidKey: string | undefined;
  gone: boolean;
  /** Not yet acknowledged; a message with TTL 0 never waits. */
  waiting: WaitingPush[];
}

interface WaitingPush {
  version: string;
  push: ForwardedPush;
}

/** What Firefox sends; fields depend on `messageType`. */
interface BrowserMessage {
  messageType?: string;
  uaid?: string;
  channelID?: string;
  key?: string;
  updates?: { channelID: string; version: string; code?: number }[];
}

/** @param endpoint gives the URL that a browser hands out for a token */
export async function startPushBrowsers(port: number, endpoint: (token: string) => string): Promise<PushBrowsers> {
  const registrations = new Map<string, Registration>();
  const sockets = new Map<string, WebSocket>();
  const acks: PushAck[] = [];
  const server = new WebSocketServer({ host: "localhost", port, handleProtocols: ([first]) => first ?? false });
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });

  server.on("connection", (socket) => {
    let browserId = "";
    const answer = (message: object) => socket.send(JSON.stringify(message));

    const handlers: Record<string, (message: BrowserMessage) => void> = {
      hello(message) {
        browserId = message.uaid && isKnown(message.uaid) ? message.uaid : randomUUID().replaceAll("-", "");
        sockets.set(browserId, socket);
        answer({ messageType: "hello", status: 200, uaid: browserId, use_webpush: true, broadcasts: {} });
        for (const registration of registrations.values()) {
          if (registration.browserId !== browserId) continue;
          for (const waiting of registration.waiting) notify(registration, waiting);
        }
      },
      register({ channelID, key }) {
        if (!channelID) return;
        const token = randomUUID();
        registrations.set(token, {
          channelId: channelID,
          browserId,
          vapidKey: key?.replace(/=+$/, ""),
          gone: false,
          waiting: [],
        });
        answer({ messageType: "register", channelID, status: 200, pushEndpoint: endpoint(token) });
      },
      unregister({ channelID }) {
        const registration = find(channelID)?.[1];
        if (registration) registration.gone = true;
        answer({ messageType: "unregister", channelID, status: 200 });
      },
      ack({ updates = [] }) {
        for (const { channelID, version, code } of updates) {
          const [token, registration] = find(channelID) ?? [];
          if (!token || !registration) continue;
          registration.waiting = registration.waiting.filter((item) => item.version !== version);
          acks.push({ token, version, code: code ?? 100 });
        }
      },
    };

    const find = (channelId: string | undefined) =>
      [...registrations].find(([, entry]) => entry.channelId === channelId && entry.browserId === browserId);

    socket.on("message", (data) => {
      const message: BrowserMessage = JSON.parse(data.toString());
      if (message.messageType === undefined)
        answer({}); // a ping
      else handlers[message.messageType]?.(message);
    });
    socket.on("close", () => {
      if (sockets.get(browserId) === socket) sockets.delete(browserId);
    });
  });

  const isKnown = (browserId: string) => [...registrations.values()].some((entry) => entry.browserId === browserId);

  /** Hands one message to the browser if it is connected now. */
  function notify({ browserId, channelId }: Registration, { version, push }: WaitingPush): void {
    const content = { data: push.body.toString("base64url"), headers: { encoding: push.contentEncoding } };
    const envelope = { messageType: "notification", channelID: channelId, version };
    const notification = push.body.length > 0 ? { ...envelope, ...content } : envelope;
    sockets.get(browserId)?.send(JSON.stringify(notification));
  }

  const { port: listeningPort } = server.address() as AddressInfo;
  return {
    url: `ws://localhost:${listeningPort}/`,
    acks,
    tokens: () => [...registrations].filter(([, entry]) => !entry.gone).map(([token]) => token),
    state(token) {
      const registration = registrations.get(token);
      if (!registration) return "unknown";
      return registration.gone ? "gone" : "active";
    },
    vapidKey: (token) => registrations.get(token)?.vapidKey,
    forward(token, push) {
      const registration = registrations.get(token);
      if (!registration || registration.gone) return;
      const message = { version: randomUUID(), push };
      notify(registration, message);
      const kept = registration.waiting.filter(({ push: { topic } }) => topic === undefined || topic !== push.topic);
      registration.waiting = push.ttlSeconds > 0 ? [...kept, message] : kept;
    },
    loseBrowsers() {
      for (const registration of registrations.values()) {
        registration.gone = true;
        registration.browserId = "";
      }
      for (const socket of sockets.values()) socket.terminate();
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
