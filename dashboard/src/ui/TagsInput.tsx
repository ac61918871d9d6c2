import { useState, type KeyboardEvent } from "react";
import { X } from "lucide-react";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";
import type { ControlProps } from "./Field";

interface TagsInputProps extends Partial<ControlProps> {
  value: string[];
  onChange: (value: string[]) => void;
  placeholder?: string;
  disabled?: boolean;
}

/** A list of words: Enter, comma or leaving the field adds one, Backspace takes the last back. */
export function TagsInput({ value, onChange, placeholder, disabled, ...control }: TagsInputProps) {
  const { t } = useI18n();
  const [draft, setDraft] = useState("");

  function add(text: string) {
    const words = text.split(/[\s,，]+/).filter((word) => word !== "" && !value.includes(word));
    if (words.length > 0) onChange([...value, ...new Set(words)]);
    setDraft("");
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if ((event.key === "Enter" || event.key === ",") && draft !== "") {
      event.preventDefault();
      add(draft);
    } else if (event.key === "Backspace" && draft === "" && value.length > 0) {
      onChange(value.slice(0, -1));
    }
  }

  return (
    <div
      className={cx(
        "flex min-h-8.5 flex-wrap items-center gap-1 rounded-lg border px-1.5 py-1 shadow-card",
        control["aria-invalid"] ? "border-bad" : "border-line-strong",
        disabled ? "bg-sunken" : "bg-surface",
        "focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/35",
      )}
    >
      {value.map((word) => (
        <span
          key={word}
          className="flex max-w-full items-center gap-1 rounded-md bg-sunken py-0.5 pl-2 font-mono text-xs"
        >
          <span className="truncate">{word}</span>
          <button
            type="button"
            disabled={disabled}
            aria-label={t.action.remove(word)}
            onClick={() => onChange(value.filter((other) => other !== word))}
            className="rounded p-0.5 text-ink-3 hover:text-bad disabled:hidden"
          >
            <X size={12} />
          </button>
        </span>
      ))}
      <input
        {...control}
        value={draft}
        disabled={disabled}
        placeholder={value.length === 0 ? placeholder : undefined}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => add(draft)}
        onPaste={(event) => {
          event.preventDefault();
          add(draft + event.clipboardData.getData("text"));
        }}
        className="min-w-24 grow bg-transparent px-1 text-[13px] outline-none"
      />
    </div>
  );
}
