import { useState, type FormEvent } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { ApiError } from "../../api/errors";
import { me } from "../../api/queries";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { FormError } from "../../ui/states";
import { useToast } from "../../ui/Toast";
import { PasswordInput } from "./PasswordInput";

const SHORTEST = 12;
const EMPTY = { current: "", next: "", repeat: "" };

export function PasswordForm() {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const [values, setValues] = useState(EMPTY);
  const [checked, setChecked] = useState(false);

  const change = useMutation({
    mutationFn: () =>
      api.post("/api/auth/password", { current: values.current, next: values.next }),
    onSuccess: async () => {
      setValues(EMPTY);
      setChecked(false);
      toast(t.access.changed);
      await client.invalidateQueries({ queryKey: me.queryKey });
    },
  });

  const server = change.error instanceof ApiError ? change.error : null;
  const errors = {
    current: server?.code === "invalid_credentials" ? t.access.wrongCurrent : server?.problemOf("current"),
    next: checked && values.next.length < SHORTEST ? t.access.tooShort : server?.problemOf("next"),
    repeat: checked && values.repeat !== values.next ? t.access.mismatch : undefined,
  };
  const unnamed = change.error && !errors.current && !errors.next ? change.error : null;

  function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (values.next.length >= SHORTEST && values.next === values.repeat) change.mutate();
  }

  function field(name: keyof typeof EMPTY, label: string, autoComplete: string, hint?: string) {
    return (
      <Field label={label} hint={hint} error={errors[name]}>
        {(control) => (
          <PasswordInput
            {...control}
            autoComplete={autoComplete}
            required
            value={values[name]}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        )}
      </Field>
    );
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {field("current", t.access.current, "current-password")}
      {field("next", t.access.next, "new-password", t.access.nextHint)}
      {field("repeat", t.access.repeat, "new-password")}
      <FormError error={unnamed} />
      <Button type="submit" variant="primary" busy={change.isPending}>
        {t.access.change}
      </Button>
    </form>
  );
}
