import { createContext, use } from "react";
import type { ApiError } from "../../api/errors";
import type { Settings } from "../../api/types";
import { useI18n } from "../../i18n";
import { Field } from "../../ui/Field";
import { Input, Select } from "../../ui/Input";
import { Switch } from "../../ui/Switch";
import { TagsInput } from "../../ui/TagsInput";
import { useProblems } from "../../ui/useProblems";
import { read, write, type FieldPath } from "./paths";

interface Form {
  draft: Settings;
  setDraft: (draft: Settings) => void;
  error: ApiError | null;
  readOnly: boolean;
}

export const FormContext = createContext<Form | null>(null);

function useField(path: FieldPath) {
  const form = use(FormContext);
  if (!form) throw new Error("a settings field outside of its form");
  const { t } = useI18n();
  const problem = useProblems(form.error);
  const hints = t.settings.hints as Partial<Record<string, string>>;
  const days = path.startsWith("retention.") ? t.settings.hints["retention.days"] : undefined;
  const hint = hints[path] ?? days;
  const error = problem(path, hint);
  return {
    label: t.settings.fields[path],
    hint,
    error,
    readOnly: form.readOnly,
    value: read(form.draft, path),
    set: (value: unknown) => form.setDraft(write(form.draft, path, value)),
  };
}

interface NumberProps {
  path: FieldPath;
  unit?: string;
  step?: number | "any";
  /** An empty field means "none". */
  optional?: boolean;
}

export function NumberField({ path, unit, step = 1, optional }: NumberProps) {
  const { label, hint, error, readOnly, value, set } = useField(path);
  const { fmt, t } = useI18n();
  const absent = value === null && !optional;
  const shown = typeof value === "number" && Number.isFinite(value) ? value : "";
  const readable =
    unit === t.settings.units.bytes && typeof value === "number" ? fmt.bytes(value) : unit;
  return (
    <Field label={label} hint={hint} error={absent ? t.settings.needsNumber : error}>
      {(control) => (
        <span className="flex items-center gap-2.5">
          <Input
            {...control}
            type="number"
            min={0}
            step={step}
            required={!optional}
            disabled={readOnly}
            className="!w-40"
            value={shown}
            onChange={(event) =>
              set(event.target.value === "" ? null : event.target.valueAsNumber)
            }
          />
          {readable && <span className="text-xs text-ink-3">{readable}</span>}
        </span>
      )}
    </Field>
  );
}

export function ListField({ path, placeholder }: { path: FieldPath; placeholder?: string }) {
  const { label, hint, error, readOnly, value, set } = useField(path);
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <TagsInput
          {...control}
          {...(placeholder ? { placeholder } : {})}
          disabled={readOnly}
          value={value as string[]}
          onChange={set}
        />
      )}
    </Field>
  );
}

export function SwitchField({ path }: { path: FieldPath }) {
  const { label, hint, readOnly, value, set } = useField(path);
  return (
    <Switch
      label={label}
      hint={hint}
      disabled={readOnly}
      checked={value === true}
      onChange={set}
    />
  );
}

interface ChoiceProps {
  path: FieldPath;
  options: Record<string, string>;
}

export function ChoiceField({ path, options }: ChoiceProps) {
  const { label, hint, error, readOnly, value, set } = useField(path);
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Select
          {...control}
          disabled={readOnly}
          className="max-w-96"
          value={String(value)}
          options={Object.entries(options).map(([name, text]) => ({ value: name, label: text }))}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </Field>
  );
}
