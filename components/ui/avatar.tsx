import { cn } from "./cn.ts";

const tints = [
  "bg-info-soft text-info",
  "bg-success-soft text-success",
  "bg-warning-soft text-warning",
  "bg-danger-soft text-danger",
  "bg-primary-soft text-primary-text",
];

const sizes = { sm: "size-5 text-[0.625rem]", md: "size-7 text-xs", lg: "size-10 text-base" };

/** A person, workspace or site by picture, else by initials on a tint that its name picks. Decorative: print the name beside it. */
export function Avatar({
  name,
  src,
  size = "md",
  shape = "round",
}: {
  name: string;
  src?: string | null | undefined;
  size?: keyof typeof sizes;
  shape?: "round" | "square";
}) {
  const look = cn(
    "inline-grid shrink-0 place-items-center overflow-hidden font-medium select-none",
    sizes[size],
    shape === "round" ? "rounded-full" : "rounded-sm",
  );
  if (src) {
    return <img src={src} alt="" className={cn(look, "object-cover")} referrerPolicy="no-referrer" />;
  }
  const sum = [...name].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return (
    <span aria-hidden="true" className={cn(look, tints[sum % tints.length])}>
      {initials(name)}
    </span>
  );
}

/** "Ada Lovelace" → "AL", "shop.example" → "S". */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? [...(words.at(-1) ?? "")][0] : "";
  return `${first}${last}`.toUpperCase();
}
