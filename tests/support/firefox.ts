import type { Browser, Page } from "puppeteer-core";
import puppeteer from "puppeteer-core";
import type { PushService } from "./push-service.ts";

export interface FirefoxOptions {
  pushService: Pick<PushService, "socketUrl">;
  /** What the browser says to a page that asks for notifications. Default `ask`: it shows its own question. */
  permission?: "ask" | "allow" | "block";
  /** Further preferences. */
  preferences?: Record<string, string | number | boolean>;
}

/** What a user would see of a notification. */
export interface ShownNotification {
  title: string;
  body: string;
  tag: string;
  icon: string;
  requireInteraction: boolean;
}

/** A real, headless Firefox whose pushes come through the test's push service. */
export interface Firefox extends AsyncDisposable {
  browser: Browser;
  open(url: string): Promise<Page>;
  /** Presses a button of our own question: `yes` accepts, `no` declines. */
  answerSoftAsk(page: Page, answer: "yes" | "no"): Promise<void>;
  /** Answers the browser's own question, in its window. @throws when it does not appear */
  answerPermission(answer: "allow" | "block"): Promise<void>;
  /** Notifications of a worker, by its scope, that are on the screen. */
  notifications(page: Page, scope: string): Promise<ShownNotification[]>;
  /** Waits until that worker shows so many. */
  waitForNotifications(page: Page, scope: string, count: number, timeoutMs?: number): Promise<ShownNotification[]>;
  /** Clicks the window in which Firefox shows a notification. Action buttons are not among what it shows here. */
  clickNotification(title: string): Promise<void>;
  /** Closes a notification by its close button. */
  dismissNotification(title: string): Promise<void>;
  /** Empties the screen between tests. */
  closeNotifications(): Promise<void>;
  /** Runs code with the browser's own rights (`Services`, browser windows); a promise is awaited, the value is JSON. */
  runPrivileged(code: string): Promise<unknown>;
  close(): Promise<void>;
}

const permissions = { ask: 0, allow: 1, block: 2 };

/** @throws when Firefox is not installed or does not start within a minute */
export async function startFirefox(options: FirefoxOptions): Promise<Firefox> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX_PATH ?? "/usr/bin/firefox-esr",
    headless: true,
    timeout: 60_000,
    args: ["--remote-allow-system-access"],
    extraPrefsFirefox: {
      "dom.push.serverURL": options.pushService.socketUrl,
      "dom.push.testing.allowInsecureServerURL": true,
      "dom.push.connection.enabled": true,
      "dom.push.retryBaseInterval": 200,
      "permissions.default.desktop-notification": permissions[options.permission ?? "ask"],
      // The system's notifications need a desktop; Firefox's own windows do not, and can be clicked.
      "alerts.useSystemBackend": false,
      // Drivers switch this on, and then a worker's 'focus()' brings no tab to the front.
      "focusmanager.testmode": false,
      // Otherwise a site's question is not answerable in its first half second.
      "security.notification_enable_delay": 0,
      ...options.preferences,
    },
  });

  async function runPrivileged(code: string): Promise<unknown> {
    const { contexts } = await sendBidi<{ contexts: { context: string }[] }>(browser, "browsingContext.getTree", {
      "moz:scope": "chrome",
    });
    const answer = await sendBidi<{ result?: { value?: string }; exceptionDetails?: { text: string } }>(
      browser,
      "script.evaluate",
      {
        expression: `(async () => JSON.stringify((await (async () => { ${code} })()) ?? null))()`,
        target: { context: contexts[0]?.context },
        awaitPromise: true,
      },
    );
    if (answer.exceptionDetails) throw new Error(`In the browser: ${answer.exceptionDetails.text}`);
    return JSON.parse(answer.result?.value ?? "null");
  }

  /** Repeats privileged code until it gives true. */
  async function until(code: string, what: string, timeoutMs = 10_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while ((await runPrivileged(code)) !== true) {
      if (Date.now() > deadline) throw new Error(`${what} within ${timeoutMs} ms`);
      await pause();
    }
  }

  async function notifications(page: Page, scope: string): Promise<ShownNotification[]> {
    return await page.evaluate(async (scope) => {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      const shown = (await registration?.getNotifications()) ?? [];
      return shown.map(({ title, body, tag, icon, requireInteraction }) => ({
        title,
        body,
        tag,
        icon,
        requireInteraction,
      }));
    }, scope);
  }

  return {
    browser,
    runPrivileged,
    notifications,
    async open(url) {
      const page = await browser.newPage();
      await page.goto(url);
      return page;
    },
    async answerSoftAsk(page, answer) {
      await page.locator(`pushpilot-prompt >>> ${answer === "yes" ? "button.yes" : "button:not(.yes)"}`).click();
    },
    answerPermission: (answer) =>
      until(
        `const window = Services.wm.getMostRecentWindow("navigator:browser");
         const question = window.PopupNotifications.panel.firstElementChild;
         if (!question?.button) return false;
         (${JSON.stringify(answer)} === "allow" ? question.button : question.secondaryButton).click();
         return true;`,
        "The browser did not ask",
      ),
    async waitForNotifications(page, scope, count, timeoutMs = 10_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const shown = await notifications(page, scope);
        if (shown.length >= count) return shown;
        if (Date.now() > deadline) throw new Error(`${shown.length} of ${count} notifications after ${timeoutMs} ms`);
        await pause();
      }
    },
    clickNotification: (title) =>
      until(alertCode(title, 'document.getElementById("alertBox").click()'), `No notification "${title}"`),
    dismissNotification: (title) =>
      until(alertCode(title, 'document.getElementById("alert-close").doCommand()'), `No notification "${title}"`),
    async closeNotifications() {
      await runPrivileged('for (const window of Services.wm.getEnumerator("alert:alert")) window.close();');
    },
    close: () => browser.close(),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Code that works in the window in which Firefox shows a notification, once it is ready; gives false until then. */
function alertCode(title: string, work: string): string {
  return `for (const window of Services.wm.getEnumerator("alert:alert")) {
    const { document } = window;
    const shown = document.getElementById("alertTitleLabel")?.getAttribute("value");
    if (!window.gIsActive || shown !== ${JSON.stringify(title)}) continue;
    ${work};
    return true;
  }
  return false;`;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/** A WebDriver BiDi command that puppeteer has no call for: Mozilla's scope of the browser's own windows. */
async function sendBidi<Result>(browser: Browser, method: string, params: object): Promise<Result> {
  const connection: { send(method: string, params: object): Promise<{ result: Result }> } = Reflect.get(
    browser,
    "connection",
  );
  return (await connection.send(method, params)).result;
}
