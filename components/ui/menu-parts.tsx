"use client";

import { Check, ChevronRight } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import { type ComponentProps, type ReactNode, type Ref, type RefObject, useCallback, useLayoutEffect } from "react";
import { cn } from "./cn.ts";
import { Kbd } from "./kbd.tsx";

const menuStyle =
  "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg bg-popover p-1 shadow-overlay outline-none data-[state=open]:animate-pop-in";

const itemStyle =
  "relative flex min-h-8 cursor-default select-none items-center gap-2.5 rounded-sm px-2 py-1 text-base outline-none data-[disabled]:pointer-events-none data-[disabled]:opacity-45 data-[highlighted]:bg-accent pointer-coarse:min-h-11 [&_svg:not([class*='size-'])]:size-4 [&_svg]:shrink-0 [&_svg:not([class*='text-'])]:text-muted-foreground";

/** The open menu of `DropdownMenu`, hung on that one's own button instead of a trigger of Radix. */
export function MenuContent({
  button,
  id,
  align,
  side,
  className,
  focusFirst,
  onClose,
  children,
}: {
  button: RefObject<HTMLElement | null>;
  id: string;
  align: "start" | "center" | "end";
  side: "top" | "right" | "bottom" | "left";
  className?: string | undefined;
  /** Who came by keyboard starts on the first entry. */
  focusFirst: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const content = useCallback(
    (menu: HTMLDivElement | null) => {
      if (!menu || !focusFirst) return;
      // After Radix has put the focus on the menu itself.
      requestAnimationFrame(() => menu.querySelector<HTMLElement>("[role^=menuitem]:not([data-disabled])")?.focus());
    },
    [focusFirst],
  );
  return (
    // Not modal: the page behind stays readable to assistive technology, and a press beside the menu closes it.
    <Radix.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Radix.Trigger asChild>
        <StandIn for={button} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          ref={content}
          id={id}
          aria-labelledby={button.current?.id}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          onInteractOutside={(event) => {
            // The button's own press closes the menu; closing it here too would open it again.
            if (event.target instanceof Node && button.current?.contains(event.target)) event.preventDefault();
          }}
          className={cn(menuStyle, className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Hands the button to Radix as the trigger's element: the menu is placed at it and gives the focus back to it. */
function StandIn({ for: button, ref }: { for: RefObject<HTMLElement | null>; ref?: Ref<HTMLElement> }) {
  useLayoutEffect(() => {
    // Stays after unmounting, which is when the focus is given back.
    if (typeof ref === "function") ref(button.current);
    else if (ref) ref.current = button.current;
  }, [button, ref]);
  return null;
}

export type MenuItemProps = Omit<ComponentProps<typeof Radix.Item>, "className"> & {
  icon?: ReactNode;
  tone?: "danger";
  shortcut?: string;
};

/** One action. With `asChild` the child (a link) is the item and brings its own icon. */
export function MenuItem({ icon, tone, shortcut, children, asChild, ...rest }: MenuItemProps) {
  const style = cn(
    itemStyle,
    tone === "danger" && "text-danger data-[highlighted]:bg-danger-soft [&_svg]:text-danger!",
  );
  if (asChild) {
    return (
      <Radix.Item asChild className={style} {...rest}>
        {children}
      </Radix.Item>
    );
  }
  return (
    <Radix.Item className={style} {...rest}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut && <Kbd className="ms-4">{shortcut}</Kbd>}
    </Radix.Item>
  );
}

/** An entry that is on or off. The menu stays open. */
export function MenuCheckboxItem({ children, ...rest }: Omit<ComponentProps<typeof Radix.CheckboxItem>, "className">) {
  return (
    <Radix.CheckboxItem onSelect={(event) => event.preventDefault()} {...rest} className={cn(itemStyle, "ps-8")}>
      <Radix.ItemIndicator className="absolute start-2">
        <Check className="text-primary-text" aria-hidden="true" />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  );
}

/** One of several, inside `MenuRadioGroup`. */
export function MenuRadioItem({
  children,
  icon,
  ...rest
}: Omit<ComponentProps<typeof Radix.RadioItem>, "className"> & { icon?: ReactNode }) {
  return (
    <Radix.RadioItem {...rest} className={cn(itemStyle, "pe-8")}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      <Radix.ItemIndicator className="absolute end-2">
        <Check className="text-primary-text" aria-hidden="true" />
      </Radix.ItemIndicator>
    </Radix.RadioItem>
  );
}

export function MenuRadioGroup(props: ComponentProps<typeof Radix.RadioGroup>) {
  return <Radix.RadioGroup {...props} />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-2 pb-1 text-xs font-medium text-subtle-foreground">{children}</Radix.Label>;
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-border" />;
}

/** A menu within the menu. */
export function MenuSub({ label, icon, children }: { label: ReactNode; icon?: ReactNode; children: ReactNode }) {
  return (
    <Radix.Sub>
      <Radix.SubTrigger className={cn(itemStyle, "data-[state=open]:bg-accent")}>
        {icon}
        <span className="flex-1">{label}</span>
        <ChevronRight className="size-3.5 rtl:rotate-180" aria-hidden="true" />
      </Radix.SubTrigger>
      <Radix.Portal>
        <Radix.SubContent sideOffset={4} collisionPadding={8} className={menuStyle}>
          {children}
        </Radix.SubContent>
      </Radix.Portal>
    </Radix.Sub>
  );
}
