import Bowser from "bowser";

export interface Device {
  browser: string | null;
  os: string | null;
  deviceType: string | null;
}

/** What a User-Agent header says of a device; nulls for what it does not. Never throws: anybody can send anything. */
export function deviceOf(userAgent: string | null): Device {
  if (!userAgent) return { browser: null, os: null, deviceType: null };
  const { browser, os, platform } = Bowser.parse(userAgent.slice(0, 500));
  return { browser: shorten(browser.name), os: shorten(os.name), deviceType: shorten(platform.type) };
}

function shorten(name: string | undefined): string | null {
  return name?.slice(0, 60) || null;
}
