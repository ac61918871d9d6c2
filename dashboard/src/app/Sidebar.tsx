import type { ReactNode } from "react";
import { Link, type LinkProps } from "@tanstack/react-router";
import {
  Activity,
  Boxes,
  Gauge,
  History,
  KeyRound,
  LayoutDashboard,
  Plug,
  Scale,
  ScrollText,
  Settings,
  Users,
} from "lucide-react";
import { useI18n } from "../i18n";
import { ConnectionStatus } from "./ConnectionStatus";
import { Logo } from "./Logo";
import { ProjectSwitcher } from "./ProjectSwitcher";
import { UserMenu } from "./UserMenu";
import { useIsAdmin, useMayChange, useProjects } from "./useMe";

const ICON = 16;

export function Sidebar({ slug }: { slug: string }) {
  const { t } = useI18n();
  const admin = useIsAdmin();
  const mayChange = useMayChange();
  const projects = useProjects();
  const shown = slug || projects[0]?.slug;
  const params = { project: shown ?? "" };

  return (
    <div className="flex h-full flex-col">
      <div className="hidden h-15 shrink-0 items-center px-5 lg:flex">
        <Logo />
      </div>
      <div className="px-3 pt-3 pb-1 lg:pt-0">
        <ProjectSwitcher current={shown} />
      </div>
      <nav aria-label={t.nav.label} className="min-h-0 grow overflow-y-auto px-3 py-2">
        {shown && (
          <Section label={t.nav.project}>
            <Item to="/p/$project" params={params} exact icon={<LayoutDashboard size={ICON} />}>
              {t.nav.overview}
            </Item>
            <Item to="/p/$project/events" params={params} icon={<Activity size={ICON} />}>
              {t.nav.events}
            </Item>
            <Item to="/p/$project/logs" params={params} icon={<ScrollText size={ICON} />}>
              {t.nav.logs}
            </Item>
            <Item to="/p/$project/ledger" params={params} icon={<Scale size={ICON} />}>
              {t.nav.ledger}
            </Item>
            <Item to="/p/$project/setup" params={params} icon={<Plug size={ICON} />}>
              {t.nav.setup}
            </Item>
            <Item to="/p/$project/keys" params={params} icon={<KeyRound size={ICON} />}>
              {t.nav.keys}
            </Item>
            <Item to="/p/$project/settings" params={params} icon={<Settings size={ICON} />}>
              {t.nav.settings}
            </Item>
          </Section>
        )}
        <Section label={t.nav.server}>
          <Item to="/projects" icon={<Boxes size={ICON} />}>
            {t.nav.projects}
          </Item>
          {admin && (
            <Item to="/operators" icon={<Users size={ICON} />}>
              {t.nav.operators}
            </Item>
          )}
          {mayChange && (
            <Item to="/audit" icon={<History size={ICON} />}>
              {t.nav.audit}
            </Item>
          )}
          <Item to="/system" icon={<Gauge size={ICON} />}>
            {t.nav.system}
          </Item>
        </Section>
      </nav>
      <div className="flex shrink-0 items-center gap-1 border-t border-line p-2.5">
        <UserMenu />
        <ConnectionStatus />
      </div>
    </div>
  );
}

function Section({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="mb-4">
      <h2 className="px-2.5 pt-2 pb-1 text-[11.5px] font-medium text-ink-3">{label}</h2>
      <ul className="flex flex-col gap-px">{children}</ul>
    </div>
  );
}

interface ItemProps {
  to: LinkProps["to"];
  params?: { project: string };
  exact?: boolean;
  icon: ReactNode;
  children: ReactNode;
}

function Item({ to, params, exact, icon, children }: ItemProps) {
  return (
    <li>
      <Link
        to={to as "/p/$project"}
        params={params ?? { project: "" }}
        activeOptions={{ exact: exact ?? false, includeSearch: false }}
        className="flex h-8 items-center gap-2.5 rounded-lg px-2.5 text-[13px] font-medium text-ink-2 transition-colors hover:bg-sunken hover:text-ink"
        activeProps={{ className: "bg-accent-soft !text-accent" }}
      >
        {icon}
        {children}
      </Link>
    </li>
  );
}
