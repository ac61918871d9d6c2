import type { ReactNode } from "react";
import { cx } from "../lib/cx";

interface BannerProps {
  tone: "warn" | "bad" | "info";
  icon?: ReactNode;
  children: ReactNode;
  action?: ReactNode;
}

const TONES = {
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
};

export function Banner({ tone, icon, children, action }: BannerProps) {
  return (
    <div
      role={tone === "info" ? "status" : "alert"}
      className={cx(
        "flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-[13px] sm:px-6",
        TONES[tone],
      )}
    >
      {icon}
      <div className="min-w-0 grow">{children}</div>
      {action}
    </div>
  );
}
