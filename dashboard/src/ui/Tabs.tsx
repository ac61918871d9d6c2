import { useRef, type KeyboardEvent } from "react";
import { cx } from "../lib/cx";

interface TabsProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; flag?: boolean }[];
  onChange: (value: T) => void;
  /** `bar` underlines, `pill` is a segmented control. */
  look?: "bar" | "pill";
}

export function Tabs<T extends string>({ label, value, options, onChange, look }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const bar = look === "bar";

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = options.findIndex((option) => option.value === value);
    const next = options.at((at + step + options.length) % options.length);
    if (!next) return;
    onChange(next.value);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.value}"]`)?.focus();
  }

  return (
    <div
      ref={list}
      role="tablist"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className={cx(
        "flex max-w-full overflow-x-auto",
        bar ? "gap-5 border-b border-line" : "w-fit gap-0.5 rounded-lg bg-sunken p-0.5",
      )}
    >
      {options.map((option) => {
        const active = option.value === value;
        return (
          <button
            key={option.value}
            type="button"
            role="tab"
            data-tab={option.value}
            aria-selected={active}
            tabIndex={active ? 0 : -1}
            onClick={() => onChange(option.value)}
            className={cx(
              "flex shrink-0 items-center gap-1.5 font-medium whitespace-nowrap transition-colors",
              bar
                ? cx(
                    "-mb-px border-b-2 px-0.5 py-2 text-[13px]",
                    active
                      ? "border-accent text-ink"
                      : "border-transparent text-ink-3 hover:text-ink",
                  )
                : cx(
                    "h-7 rounded-md px-2.5 text-xs focus-visible:outline-offset-[-2px]",
                    active ? "bg-raised text-ink shadow-card" : "text-ink-3 hover:text-ink",
                  ),
            )}
          >
            {option.label}
            {option.flag && <span className="size-1.5 rounded-full bg-bad" />}
          </button>
        );
      })}
    </div>
  );
}
