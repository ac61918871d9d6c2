import { Suspense, useEffect, useState } from "react";
import { Outlet, useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon, X } from "lucide-react";
import { ChangePasswordGate } from "../features/auth/ChangePasswordGate";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";
import { useOutside } from "../lib/hooks";
import { remember } from "../lib/storage";
import { IconButton } from "../ui/Button";
import { Banners } from "./Banners";
import { ConnectionStatus } from "./ConnectionStatus";
import { Logo } from "./Logo";
import { PagePending } from "./PageStates";
import { Sidebar } from "./Sidebar";
import { useMe, useProjectSlug } from "./useMe";
import { useShortcuts } from "./useShortcuts";

export function Shell() {
  const operator = useMe();
  if (operator.mustChangePassword) return <ChangePasswordGate />;
  return <Frame />;
}

function Frame() {
  const { t } = useI18n();
  const slug = useProjectSlug();
  const { pathname } = useLocation();
  const [openAt, setOpenAt] = useState<string | null>(null);
  // Going anywhere closes the navigation on small screens.
  const open = openAt === pathname;
  const aside = useOutside<HTMLElement>(open, () => setOpenAt(null));
  useShortcuts(slug);
  useEffect(() => {
    if (slug) remember("project", slug);
  }, [slug]);

  return (
    <div className="flex min-h-dvh flex-col lg:pl-60">
      <a
        href="#main"
        className="sr-only z-50 rounded-lg bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t.app.skip}
      </a>
      <header className="sticky top-0 z-20 flex h-13 items-center gap-2 border-b border-line bg-surface px-3 lg:hidden">
        <IconButton
          label={open ? t.nav.close : t.nav.open}
          aria-expanded={open}
          onClick={() => setOpenAt(open ? null : pathname)}
        >
          {open ? <X size={19} /> : <MenuIcon size={19} />}
        </IconButton>
        <Logo />
        <span className="grow" />
        <ConnectionStatus />
      </header>
      <aside
        ref={aside}
        className={cx(
          "fixed inset-y-0 left-0 z-30 w-60 border-r border-line bg-surface transition-transform",
          "max-lg:top-13 max-lg:shadow-float lg:translate-x-0",
          open ? "translate-x-0" : "max-lg:invisible max-lg:-translate-x-full",
        )}
      >
        <Sidebar slug={slug} />
      </aside>
      <Banners />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[1440px] grow px-4 py-6 outline-none sm:px-8">
        <Suspense fallback={<PagePending />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
