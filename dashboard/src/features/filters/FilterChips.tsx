import { useState } from "react";
import { ListFilter, X } from "lucide-react";
import { useI18n } from "../../i18n";
import { visible } from "../../lib/visible";
import { Button, buttonClass } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Input, Select } from "../../ui/Input";
import { Menu } from "../../ui/Menu";

export interface FilterField {
  name: string;
  label: string;
}

interface FilterProps {
  fields: FilterField[];
  values: Record<string, string | undefined>;
  onChange: (name: string, value: string | undefined) => void;
}

/** The filters in force, each removable. */
export function FilterChips({ fields, values, onChange }: FilterProps) {
  const { t } = useI18n();
  const active = fields.filter((field) => values[field.name]);
  if (active.length === 0) return null;
  return (
    <ul className="flex flex-wrap items-center gap-1.5">
      {active.map(({ name, label }) => (
        <li
          key={name}
          className="flex h-7 max-w-full items-center gap-1.5 rounded-lg bg-accent-soft pr-1 pl-2.5 text-xs text-accent"
        >
          <span>{label}</span>
          <span className="max-w-64 truncate font-mono font-medium">
            {visible(values[name] ?? "")}
          </span>
          <button
            type="button"
            aria-label={t.action.remove(label)}
            onClick={() => onChange(name, undefined)}
            className="rounded p-0.5 hover:bg-surface"
          >
            <X size={13} />
          </button>
        </li>
      ))}
      {active.length > 1 && (
        <li>
          <button
            type="button"
            className="px-1.5 text-xs text-ink-3 hover:text-ink"
            onClick={() => {
              for (const field of active) onChange(field.name, undefined);
            }}
          >
            {t.action.clearFilters}
          </button>
        </li>
      )}
    </ul>
  );
}

/** Adds a filter on any field. */
export function AddFilter(props: FilterProps) {
  const { t } = useI18n();
  return (
    <Menu
      triggerClass={buttonClass()}
      placement="left-0 top-full mt-1.5 w-64 max-sm:right-0 max-sm:left-auto"
      trigger={
        <>
          <ListFilter aria-hidden size={15} className="text-ink-3" />
          {t.data.addFilter}
        </>
      }
    >
      {(close) => <AddForm {...props} onDone={close} />}
    </Menu>
  );
}

function AddForm({ fields, values, onChange, onDone }: FilterProps & { onDone: () => void }) {
  const { t } = useI18n();
  const [name, setName] = useState(fields[0]?.name ?? "");
  const [value, setValue] = useState(values[name] ?? "");
  return (
    <form
      className="flex flex-col gap-3 p-2"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(name, value.trim() || undefined);
        onDone();
      }}
    >
      <Field label={t.data.filterField}>
        {(control) => (
          <Select
            {...control}
            value={name}
            options={fields.map((field) => ({ value: field.name, label: field.label }))}
            onChange={(event) => {
              setName(event.target.value);
              setValue(values[event.target.value] ?? "");
            }}
          />
        )}
      </Field>
      <Field label={t.data.filterValue} hint={t.data.filterHint}>
        {(control) => (
          <Input
            {...control}
            value={value}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" size="sm" variant="primary">
        {t.range.apply}
      </Button>
    </form>
  );
}
