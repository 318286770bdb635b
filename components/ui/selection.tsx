"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { Button } from "./button.tsx";
import { Checkbox } from "./checkbox.tsx";

type SelectionState = {
  ids: string[];
  selected: ReadonlySet<string>;
  set: (selected: ReadonlySet<string>) => void;
};

const SelectionContext = createContext<SelectionState | null>(null);

/** What is ticked in the list inside it, and the way to empty it. */
export function useSelection(): SelectionState & { clear: () => void } {
  const state = useContext(SelectionContext);
  if (!state) throw new Error("useSelection needs a <Selection> around it.");
  return { ...state, clear: () => state.set(new Set()) };
}

/** Makes a list's rows selectable: `ids` are the rows on this page. Rows that left the page leave the selection. */
export function Selection({ ids, children }: { ids: string[]; children: ReactNode }) {
  const [chosen, set] = useState<ReadonlySet<string>>(new Set());
  const state = useMemo(() => ({ ids, selected: new Set(ids.filter((id) => chosen.has(id))), set }), [ids, chosen]);
  return <SelectionContext value={state}>{children}</SelectionContext>;
}

/** The box in the table's head. */
export function SelectAll() {
  const t = useTranslations("ui.list");
  const { ids, selected, set } = useSelection();
  const all = ids.length > 0 && selected.size === ids.length;
  return (
    <div className="relative z-1 flex">
      <Checkbox
        checked={all ? true : selected.size > 0 ? "indeterminate" : false}
        onCheckedChange={() => set(all ? new Set() : new Set(ids))}
        aria-label={t("selectAll")}
      />
    </div>
  );
}

/** The box of one row; `name` is what the row is about. */
export function SelectRow({ id, name }: { id: string; name: string }) {
  const t = useTranslations("ui.list");
  const { selected, set } = useSelection();
  return (
    <div className="relative z-1 flex">
      <Checkbox
        checked={selected.has(id)}
        onCheckedChange={(checked) => {
          const next = new Set(selected);
          if (checked) next.add(id);
          else next.delete(id);
          set(next);
        }}
        aria-label={t("selectRow", { name })}
      />
    </div>
  );
}

/** The bar of actions on everything that is ticked; there only while something is. */
export function SelectionBar({ children }: { children: ReactNode }) {
  const t = useTranslations("ui.list");
  const { selected, clear } = useSelection();
  if (selected.size === 0) return null;
  return (
    <div className="fixed inset-x-3 bottom-4 z-30 mx-auto flex w-fit max-w-[calc(100vw-1.5rem)] animate-pop-in items-center gap-2 rounded-lg bg-popover py-1.5 ps-3.5 pe-1.5 shadow-overlay">
      <span role="status" className="me-2 font-medium whitespace-nowrap tabular-nums">
        {t("selected", { count: selected.size })}
      </span>
      {children}
      <Button variant="ghost" size="icon-sm" onClick={clear} aria-label={t("clearSelection")}>
        <X aria-hidden="true" />
      </Button>
    </div>
  );
}
