"use client";

import { Check, ChevronRight } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";
import { Kbd } from "./kbd.tsx";

export const menuStyle =
  "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg bg-popover p-1 shadow-overlay outline-none data-[state=open]:animate-pop-in";

const itemStyle =
  "relative flex min-h-8 cursor-default select-none items-center gap-2.5 rounded-sm px-2 py-1 text-base outline-none data-[disabled]:pointer-events-none data-[disabled]:opacity-45 data-[highlighted]:bg-accent pointer-coarse:min-h-11 [&_svg:not([class*='size-'])]:size-4 [&_svg]:shrink-0 [&_svg:not([class*='text-'])]:text-muted-foreground";

/** A button's menu: `<DropdownMenu trigger={<Button/>}><MenuItem …/></DropdownMenu>`. */
export function DropdownMenu({
  trigger,
  children,
  align = "end",
  side = "bottom",
  className,
  ...rest
}: ComponentProps<typeof Radix.Root> & {
  trigger: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string;
}) {
  return (
    <Radix.Root modal={false} {...rest}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cn(menuStyle, className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
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
