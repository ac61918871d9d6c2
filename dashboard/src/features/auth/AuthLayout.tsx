import type { ReactNode } from "react";
import { Mark } from "../../app/Logo";
import { LanguageTabs, ThemeTabs } from "../../app/Preferences";

interface AuthLayoutProps {
  title: string;
  lead: string;
  children: ReactNode;
}

export function AuthLayout({ title, lead, children }: AuthLayoutProps) {
  return (
    <div className="flex min-h-dvh flex-col items-center justify-center gap-8 px-4 py-10">
      <main className="w-full max-w-[380px]">
        <div className="mb-6 flex flex-col items-center gap-4 text-center">
          <Mark size={48} />
          <div>
            <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
            <p className="mt-1 text-[13px] text-ink-3">{lead}</p>
          </div>
        </div>
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-card">{children}</div>
      </main>
      <div className="flex flex-wrap justify-center gap-3">
        <LanguageTabs />
        <ThemeTabs />
      </div>
    </div>
  );
}
