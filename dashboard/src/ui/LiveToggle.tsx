import { Pause, Play } from "lucide-react";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";

interface LiveToggleProps {
  live: boolean;
  onChange: (live: boolean) => void;
}

export function LiveToggle({ live, onChange }: LiveToggleProps) {
  const { t } = useI18n();
  return (
    <button
      type="button"
      aria-pressed={live}
      title={live ? t.action.pause : t.action.resume}
      onClick={() => onChange(!live)}
      className={cx(
        "inline-flex h-8.5 items-center gap-2 rounded-lg border px-3 text-[13px] font-medium shadow-card transition-colors",
        live
          ? "border-transparent bg-accent-soft text-accent"
          : "border-line-strong bg-surface text-ink-2 hover:bg-sunken",
      )}
    >
      {live ? (
        <span className="pulse-dot size-2 rounded-full bg-accent" />
      ) : (
        <Play size={13} fill="currentColor" />
      )}
      {live ? t.state.live : t.state.paused}
      {live && <Pause aria-hidden size={12} className="opacity-70" />}
    </button>
  );
}
