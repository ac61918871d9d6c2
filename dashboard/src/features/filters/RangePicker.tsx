import { useState } from "react";
import { CalendarClock, Check, ChevronDown } from "lucide-react";
import { useI18n } from "../../i18n";
import { cx } from "../../lib/cx";
import { useNow } from "../../lib/hooks";
import {
  fromLocalInput,
  isPreset,
  PRESETS,
  resolveTime,
  toLocalInput,
  type Range,
} from "../../lib/range";
import { Button, buttonClass } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Input } from "../../ui/Input";
import { Menu, menuItemClass } from "../../ui/Menu";

interface RangePickerProps {
  value: Range;
  onChange: (range: Range) => void;
}

export function RangePicker({ value, onChange }: RangePickerProps) {
  const { t } = useI18n();
  const shown = useRangeLabel(value);
  return (
    <Menu
      about={t.range.label}
      triggerClass={cx(buttonClass(), "max-w-full")}
      placement="right-0 top-full mt-1.5 w-64 max-w-[calc(100vw-2rem)]"
      trigger={
        <>
          <CalendarClock aria-hidden size={15} className="text-ink-3" />
          <span className="truncate">{shown}</span>
          <ChevronDown aria-hidden size={14} className="text-ink-3" />
        </>
      }
    >
      {(close) => (
        <Choices
          value={value}
          onChange={(range) => {
            onChange(range);
            close();
          }}
        />
      )}
    </Menu>
  );
}

function useRangeLabel(value: Range): string {
  const { t, fmt } = useI18n();
  const now = useNow(60_000);
  if (isPreset(value.from) && !value.to) return t.range.presets[value.from];
  const from = resolveTime(value.from, now);
  const to = resolveTime(value.to, now);
  const start = from === null ? "…" : fmt.dayMinute(from);
  return `${start} – ${to === null ? t.range.until : fmt.dayMinute(to)}`;
}

function Choices({ value, onChange }: RangePickerProps) {
  const { t } = useI18n();
  const [draft, setDraft] = useState(() => {
    const now = Date.now();
    return {
      from: toLocalInput(resolveTime(value.from, now) ?? now - 3_600_000),
      to: value.to ? toLocalInput(resolveTime(value.to, now) ?? now) : "",
    };
  });
  const from = fromLocalInput(draft.from);
  const to = draft.to ? fromLocalInput(draft.to) : null;
  const valid = from !== null && (to === null || from < to);

  return (
    <div>
      {PRESETS.map((preset) => (
        <button
          key={preset}
          type="button"
          data-item
          aria-current={value.from === preset && !value.to}
          className={menuItemClass}
          onClick={() => onChange({ from: preset })}
        >
          <span className="grow">{t.range.presets[preset]}</span>
          {value.from === preset && !value.to && <Check size={14} className="text-accent" />}
        </button>
      ))}
      <form
        className="mt-1 flex flex-col gap-2.5 border-t border-line p-2 pt-2.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) onChange({ from: String(from), ...(to === null ? {} : { to: String(to) }) });
        }}
      >
        <Field label={t.range.from} error={valid ? undefined : t.range.invalid}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={draft.from}
              onChange={(event) => setDraft({ ...draft, from: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.range.to} hint={draft.to ? undefined : t.range.until}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={draft.to}
              onChange={(event) => setDraft({ ...draft, to: event.target.value })}
            />
          )}
        </Field>
        <Button type="submit" size="sm" variant="primary" disabled={!valid}>
          {t.range.apply}
        </Button>
      </form>
    </div>
  );
}
