import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { env } from "#lib/env.ts";
import type { InstallCheck, InstallCode, Site } from "./schema.ts";
import { getSite } from "./sites.ts";

const workerPath = "/pushpilot-worker.js";

/**
 * What to paste where, for the usual kinds of site, and what the product has seen of it so far.
 *
 * @throws not_found
 */
export async function getInstallCode(ctx: Context, id: string): Promise<InstallCode> {
  authorize(ctx, "sites:read");
  const site = await getSite(ctx, id);
  const host = env().APP_URL;
  const snippet = `<script src="${host}/sdk.js" data-site="${site.id}" defer></script>`;
  const serviceWorker = `importScripts("${host}/sdk-worker.js");`;
  const put = {
    text: `Save this as a file named ${workerPath.slice(1)} in your site's root, so that it opens at ${new URL(workerPath, site.url).href}.`,
    file: workerPath.slice(1),
    code: serviceWorker,
  };
  return {
    snippet,
    serviceWorker,
    serviceWorkerPath: workerPath,
    guides: [
      {
        id: "html",
        title: "Plain HTML",
        steps: [{ text: "Paste this line into the <head> of every page.", file: "index.html", code: snippet }, put],
      },
      {
        id: "nextjs",
        title: "Next.js",
        steps: [
          {
            text: "Add the script to your root layout.",
            file: "app/layout.tsx",
            code: `import Script from "next/script";\n\n// inside <body>\n<Script src="${host}/sdk.js" data-site="${site.id}" strategy="afterInteractive" />`,
          },
          { ...put, text: "Put the worker file into your public folder.", file: `public${workerPath}` },
        ],
      },
      {
        id: "wordpress",
        title: "WordPress",
        steps: [
          {
            text: "Add this to your theme's functions.php (or a code-snippets plug-in).",
            file: "functions.php",
            code: `add_action('wp_head', function () {\n  echo '<script src="${host}/sdk.js" data-site="${site.id}" defer></script>';\n});`,
          },
          { ...put, text: "Upload the worker file beside wp-config.php by SFTP or your host's file manager." },
        ],
      },
      {
        id: "tag_manager",
        title: "Tag Manager",
        steps: [
          {
            text: "Make a Custom HTML tag that fires on all pages. Tag managers drop data attributes, so it is set by script.",
            file: null,
            code: `<script>\n  var s = document.createElement("script");\n  s.src = "${host}/sdk.js";\n  s.dataset.site = "${site.id}";\n  document.head.appendChild(s);\n</script>`,
          },
          put,
        ],
      },
    ],
    checks: installChecks(site),
  };
}

/** Turns the SDK's last report into what is right, what is awaited and what to mend. */
function installChecks(site: Site): InstallCheck[] {
  const { checkIn } = site;
  const workerUrl = new URL(workerPath, site.url).href;
  const worker: InstallCheck = {
    id: "worker",
    status: "waiting",
    message: "The worker file is looked for once the snippet runs.",
  };
  const permission: InstallCheck = { id: "permission", status: "waiting", message: "Nobody was asked yet." };
  if (checkIn) {
    const faults = {
      ok: undefined,
      missing: `No worker file at ${workerUrl}. Upload it to the root of the site; it must answer with status 200.`,
      "wrong-scope": `The worker file is not in the root. Move it to ${workerUrl}.`,
      "wrong-type": `${workerUrl} is not served as JavaScript. Set its Content-Type to text/javascript.`,
      "wrong-content": `${workerUrl} does not hold the line above. Replace its content.`,
      unsupported:
        "The last browser that came cannot take web push. Open the site in Chrome, Firefox, Edge or Safari over https.",
    };
    const fault = faults[checkIn.worker];
    worker.status = fault === undefined ? "ok" : "problem";
    worker.message = fault ?? `The worker file answers at ${workerUrl}.`;
    if (checkIn.permission === "denied") {
      permission.status = "problem";
      permission.message =
        "Notifications are blocked in that browser. Click the lock beside the address and allow them, then reload.";
    } else if (checkIn.permission === "granted") {
      permission.status = "ok";
      permission.message = "The browser allows notifications.";
    }
  }
  return [
    checkIn && site.checkedInAt
      ? { id: "snippet", status: "ok", message: `We see your site: ${checkIn.page}` }
      : { id: "snippet", status: "waiting", message: "Waiting for the first visit. Open your site in this browser." },
    worker,
    permission,
    site.subscriberCount > 0
      ? { id: "subscriber", status: "ok", message: `${site.subscriberCount} subscribed.` }
      : { id: "subscriber", status: "waiting", message: "No subscriber yet. Accept the question on your site." },
  ];
}
