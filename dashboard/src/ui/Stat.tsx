import type { ReactNode } from "react";

interface StatProps {
  label: ReactNode;
  value: ReactNode;
  detail?: ReactNode;
}

export function Stat({ label, value, detail }: StatProps) {
  return (
    <div className="min-w-0">
      <div className="text-xs text-ink-3">{label}</div>
      <div className="mt-0.5 truncate text-lg leading-7 font-semibold tracking-tight">{value}</div>
      {detail && <div className="text-xs text-ink-3">{detail}</div>}
    </div>
  );
}

/** How much of something is used. */
export function Meter({ label, share, color }: { label: string; share: number; color: string }) {
  const percent = Math.max(0, Math.min(100, share * 100));
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      className="h-1.5 overflow-hidden rounded-full bg-sunken"
    >
      <div
        className="h-full rounded-full transition-[width] duration-500"
        style={{ width: `${percent}%`, backgroundColor: `var(${color})` }}
      />
    </div>
  );
}
