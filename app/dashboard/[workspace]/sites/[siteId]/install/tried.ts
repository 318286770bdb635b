/** That a push was shown in this browser for a site: known to this browser alone. */
const nameOf = (siteId: string) => `pushpilot.tried.${siteId}`;

export function wasTried(siteId: string): boolean {
  try {
    return localStorage.getItem(nameOf(siteId)) !== null;
  } catch {
    return false; // storage is blocked
  }
}

export function rememberTried(siteId: string): void {
  try {
    localStorage.setItem(nameOf(siteId), "1");
  } catch {
    // Storage is blocked: the step is open again after a reload, no more.
  }
}
