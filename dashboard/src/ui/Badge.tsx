import type { ReactNode } from "react";
import { cx } from "../lib/cx";

export type Tone = "neutral" | "good" | "warn" | "bad" | "info" | "accent";

const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-ink-2",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  accent: "bg-accent-soft text-accent",
};

interface BadgeProps {
  tone?: Tone;
  children: ReactNode;
  className?: string;
  title?: string | undefined;
}

export function Badge({ tone = "neutral", children, className, title }: BadgeProps) {
  return (
    <span
      title={title}
      className={cx(
        "inline-flex max-w-full items-center gap-1 rounded-md px-1.5 py-px text-[11.5px]",
        "leading-[18px] font-medium whitespace-nowrap",
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

/** A colour's meaning beside its name: `color` is a token such as `--c-error`. */
export function Dot({ color, live }: { color: string; live?: boolean }) {
  return (
    <span
      aria-hidden
      className={cx("inline-block size-2 shrink-0 rounded-full", live && "pulse-dot")}
      style={{ backgroundColor: `var(${color})` }}
    />
  );
}
