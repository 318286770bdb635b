import { X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

/** One of the people who were chosen, with the button that takes them off the list; inside a `<ul>`. */
export function PickedPerson({
  name,
  removeLabel,
  onRemove,
}: {
  name: string;
  removeLabel: string;
  onRemove: () => void;
}) {
  return (
    <li className="flex min-h-8 items-center justify-between gap-2">
      <span className="min-w-0 truncate">{name}</span>
      <Button variant="ghost" size="icon-sm" aria-label={removeLabel} onClick={onRemove}>
        <X aria-hidden="true" />
      </Button>
    </li>
  );
}
