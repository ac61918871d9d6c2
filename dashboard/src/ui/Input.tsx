import type { InputHTMLAttributes, SelectHTMLAttributes } from "react";
import { ChevronDown, Search, X } from "lucide-react";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";

export const controlClass = cx(
  "h-8.5 w-full rounded-lg border border-line-strong bg-surface px-2.5 text-[13px] text-ink",
  "shadow-card transition-colors hover:border-ink-3 focus-visible:border-accent",
  "focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent/35",
  "disabled:bg-sunken disabled:text-ink-3 disabled:hover:border-line-strong",
  "aria-invalid:border-bad",
);

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement>) {
  return <input {...rest} className={cx(controlClass, className)} />;
}

interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  options: { value: string; label: string }[];
}

export function Select({ options, className, ...rest }: SelectProps) {
  return (
    <span className={cx("relative inline-flex w-full", className)}>
      <select {...rest} className={cx(controlClass, "appearance-none pr-8")}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        size={15}
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-ink-3"
      />
    </span>
  );
}

interface SearchInputProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

export function SearchInput({ label, placeholder, value, onChange, className }: SearchInputProps) {
  const { t } = useI18n();
  return (
    <span className={cx("relative inline-flex", className)} role="search">
      <Search
        aria-hidden
        size={15}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3"
      />
      <input
        type="text"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        spellCheck={false}
        autoComplete="off"
        data-search
        onChange={(event) => onChange(event.target.value)}
        className={cx(controlClass, "px-8")}
      />
      {value !== "" && (
        <button
          type="button"
          aria-label={t.action.clear}
          onClick={() => onChange("")}
          className="absolute top-1/2 right-1.5 -translate-y-1/2 rounded p-1 text-ink-3 hover:text-ink"
        >
          <X size={14} />
        </button>
      )}
    </span>
  );
}
