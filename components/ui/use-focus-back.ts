"use client";

import { useRef } from "react";

/**
 * For the content of a dialog that is opened without a trigger of its own: the focus goes back to what had it when the
 * dialog opened, or to the button of the menu that it was opened from. Radix would leave it nowhere.
 */
export function useFocusBack() {
  const opener = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: () => {
      opener.current = openerOf(document.activeElement);
    },
    onCloseAutoFocus: (event: Event) => {
      if (!opener.current?.isConnected) return;
      event.preventDefault();
      opener.current.focus();
    },
  };
}

/** A menu is gone by the time that the dialog closes; its button is not. */
function openerOf(focused: Element | null): HTMLElement | null {
  const menu = focused?.closest("[role=menu]");
  const opener = menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : focused;
  return opener instanceof HTMLElement && opener !== document.body ? opener : null;
}
