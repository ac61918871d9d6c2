import { cx } from "../../lib/cx";
import { Dot } from "../../ui/Badge";

interface ToggleChipsProps<T extends string> {
  label: string;
  options: readonly { value: T; label: string; color: string }[];
  value: string[];
  onChange: (value: T[]) => void;
}

/** Any of a few known words; none chosen means all. */
export function ToggleChips<T extends string>(props: ToggleChipsProps<T>) {
  const { label, options, value, onChange } = props;
  return (
    <div role="group" aria-label={label} className="flex flex-wrap gap-1.5">
      {options.map((option) => {
        const active = value.includes(option.value);
        return (
          <button
            key={option.value}
            type="button"
            aria-pressed={active}
            onClick={() =>
              onChange(
                options
                  .map((candidate) => candidate.value)
                  .filter((candidate) =>
                    candidate === option.value ? !active : value.includes(candidate),
                  ),
              )
            }
            className={cx(
              "flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs font-medium transition-colors",
              active
                ? "border-accent bg-accent-soft text-ink"
                : "border-line bg-surface text-ink-2 hover:border-line-strong",
            )}
          >
            <Dot color={option.color} />
            {option.label}
          </button>
        );
      })}
    </div>
  );
}
