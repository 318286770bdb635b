"use client";

import { Slot } from "radix-ui";
import { type ComponentProps, type ReactNode, useId, useRef, useState } from "react";
import { bring, whenNear } from "./late.ts";

type Parts = typeof import("./menu-parts.tsx");

// A menu's code is as large as the rest of a page's and is needed only once somebody opens one: it is fetched when the
// pointer or the focus comes near a menu's button. Not by React.lazy, whose fallback would hold the menu back by 300 ms.
let parts: Parts | null = null;

async function load(): Promise<void> {
  parts ??= await import("./menu-parts.tsx");
}

/** A button's menu: `<DropdownMenu trigger={<Button/>}><MenuItem …/></DropdownMenu>`. */
export function DropdownMenu({
  trigger,
  children,
  align = "end",
  side = "bottom",
  className,
}: {
  /** One button that takes a ref and events. */
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string;
}) {
  const id = useId();
  const button = useRef<HTMLElement>(null);
  const [open, setOpen] = useState<"pointer" | "keyboard" | false>(false);
  const show = (by: "pointer" | "keyboard") => void bring(load).then((isThere) => isThere && setOpen(by));
  return (
    <>
      <Slot.Root
        ref={button}
        id={`${id}-button`}
        aria-haspopup="menu"
        aria-expanded={open !== false}
        aria-controls={open ? id : undefined}
        data-state={open ? "open" : "closed"}
        {...whenNear(load)}
        // A click that no pointer made is the Enter or the space key.
        onClick={(event) => (open ? setOpen(false) : show(event.detail === 0 ? "keyboard" : "pointer"))}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          show("keyboard");
        }}
      >
        {trigger}
      </Slot.Root>
      {open && parts && (
        <parts.MenuContent
          button={button}
          id={id}
          align={align}
          side={side}
          className={className}
          focusFirst={open === "keyboard"}
          onClose={() => setOpen(false)}
        >
          {children}
        </parts.MenuContent>
      )}
    </>
  );
}

// What stands in a menu is drawn only while one is open, and so after its code has come.

/** One action. With `asChild` the child (a link) is the item and brings its own icon. */
export function MenuItem(props: ComponentProps<Parts["MenuItem"]>) {
  return parts && <parts.MenuItem {...props} />;
}

/** An entry that is on or off. The menu stays open. */
export function MenuCheckboxItem(props: ComponentProps<Parts["MenuCheckboxItem"]>) {
  return parts && <parts.MenuCheckboxItem {...props} />;
}

/** Entries of which one is on: `MenuRadioItem`s. */
export function MenuRadioGroup(props: ComponentProps<Parts["MenuRadioGroup"]>) {
  return parts && <parts.MenuRadioGroup {...props} />;
}

export function MenuRadioItem(props: ComponentProps<Parts["MenuRadioItem"]>) {
  return parts && <parts.MenuRadioItem {...props} />;
}

export function MenuLabel(props: ComponentProps<Parts["MenuLabel"]>) {
  return parts && <parts.MenuLabel {...props} />;
}

export function MenuSeparator() {
  return parts && <parts.MenuSeparator />;
}

/** A menu within the menu. */
export function MenuSub(props: ComponentProps<Parts["MenuSub"]>) {
  return parts && <parts.MenuSub {...props} />;
}
