import { useState, type FormEvent } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useProjects } from "../../app/useMe";
import { api, path } from "../../api/client";
import { operators } from "../../api/queries";
import type { OperatorRecord, Role } from "../../api/types";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Drawer";
import { Field } from "../../ui/Field";
import { Input, Select } from "../../ui/Input";
import { FormError } from "../../ui/states";
import { Checkbox, Switch } from "../../ui/Switch";
import { useToast } from "../../ui/Toast";
import { useProblems } from "../../ui/useProblems";

const ROLES: Role[] = ["viewer", "operator", "admin"];

interface OperatorFormProps {
  /** Null: a new one. */
  operator: OperatorRecord | null;
  /** A new one has a password that is shown once. */
  onInvited: (password: string) => void;
  onClose: () => void;
}

export function OperatorForm({ operator, onInvited, onClose }: OperatorFormProps) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const allProjects = useProjects();
  const [username, setUsername] = useState(operator?.username ?? "");
  const [role, setRole] = useState<Role>(operator?.role ?? "viewer");
  const [projects, setProjects] = useState(operator?.projects ?? []);
  const [disabled, setDisabled] = useState(operator?.disabled ?? false);

  const save = useMutation({
    mutationFn: () =>
      operator
        ? api.patch<OperatorRecord>(path`/api/operators/${operator.id}`, {
            role,
            projects,
            disabled,
          })
        : api.post<OperatorRecord>("/api/operators", { username: username.trim(), role, projects }),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: operators.queryKey });
      toast(t.manage.operators.saved);
      if (saved?.password) onInvited(saved.password);
      else onClose();
    },
  });
  const problem = useProblems(save.error);
  const title = operator ? t.manage.operators.edit(operator.username) : t.manage.operators.create;

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }

  return (
    <Dialog
      title={title}
      label={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t.action.cancel}</Button>
          <Button type="submit" form="operator" variant="primary" busy={save.isPending}>
            {operator ? t.action.save : t.action.create}
          </Button>
        </>
      }
    >
      <form id="operator" onSubmit={submit} className="flex flex-col gap-4 px-5 py-4">
        {!operator && (
          <Field
            label={t.manage.operators.username}
            hint={t.manage.operators.usernameHint}
            error={problem("username")}
          >
            {(control) => (
              <Input
                {...control}
                required
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                value={username}
                onChange={(event) => setUsername(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label={t.manage.operators.role}
          hint={t.access.roleHints[role]}
          error={problem("role")}
        >
          {(control) => (
            <Select
              {...control}
              value={role}
              options={ROLES.map((value) => ({ value, label: t.access.roles[value] }))}
              onChange={(event) => setRole(event.target.value as Role)}
            />
          )}
        </Field>
        {role !== "admin" && (
          <fieldset className="flex max-h-48 flex-col gap-1.5 overflow-y-auto">
            <legend className="mb-1.5 text-[13px] font-medium">
              {t.manage.operators.projects}
            </legend>
            {allProjects.map(({ slug, name }) => (
              <Checkbox
                key={slug}
                label={name}
                checked={projects.includes(slug)}
                onChange={(on) =>
                  setProjects(on ? [...projects, slug] : projects.filter((other) => other !== slug))
                }
              />
            ))}
          </fieldset>
        )}
        {operator && (
          <Switch
            label={t.manage.operators.disable}
            checked={disabled}
            onChange={setDisabled}
          />
        )}
        <FormError error={save.error} />
      </form>
    </Dialog>
  );
}
