import {
  Activity,
  Blocks,
  CalendarDays,
  CheckCheck,
  FileText,
  Filter,
  Globe,
  HeartPulse,
  House,
  type LucideIcon,
  Megaphone,
  Repeat,
  Rss,
  Settings,
  ShieldCheck,
  SquareTerminal,
  UserCog,
  Users,
  UsersRound,
} from "lucide-react";

/** Icons by name, so that a menu is plain data that can cross from server to browser. */
const icons = {
  home: House,
  campaigns: Megaphone,
  automations: Repeat,
  calendar: CalendarDays,
  templates: FileText,
  approvals: CheckCheck,
  feeds: Rss,
  subscribers: Users,
  segments: Filter,
  groups: UsersRound,
  deliverability: HeartPulse,
  sites: Globe,
  developers: SquareTerminal,
  team: UserCog,
  privacy: ShieldCheck,
  settings: Settings,
  system: Activity,
  other: Blocks,
} satisfies Record<string, LucideIcon>;

export type IconName = keyof typeof icons;

export function NavIcon({ name, className }: { name: IconName; className?: string }) {
  const Icon = icons[name];
  return <Icon aria-hidden="true" className={className} />;
}
