import { useState, type FormEvent } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, path } from "../../api/client";
import { keys, project as projectQuery } from "../../api/queries";
import type { Key, KeyKind, NewKey, Scope } from "../../api/types";
import { useI18n } from "../../i18n";
import { fromLocalInput } from "../../lib/range";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Drawer";
import { Field } from "../../ui/Field";
import { Input, Select } from "../../ui/Input";
import { FormError } from "../../ui/states";
import { Checkbox } from "../../ui/Switch";
import { Tabs } from "../../ui/Tabs";
import { TagsInput } from "../../ui/TagsInput";
import { useProblems } from "../../ui/useProblems";

const KINDS: KeyKind[] = ["public", "secret", "signing"];
const SCOPES: Record<KeyKind, Scope[]> = {
  public: ["ingest:events", "ingest:logs"],
  secret: ["ingest:events", "ingest:logs", "query:read", "realtime:tickets", "realtime:publish"],
  signing: [],
};
/** What a new key has unless somebody chooses otherwise: not the power to let others in. */
const usual = (kind: KeyKind) => SCOPES[kind].filter((scope) => !scope.startsWith("realtime:"));

interface CreateKeyProps {
  project: string;
  onMade: (key: Key) => void;
  onClose: () => void;
}

export function CreateKey({ project, onMade, onClose }: CreateKeyProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { data: record } = useQuery(projectQuery(project));
  const [name, setName] = useState("");
  const [kind, setKind] = useState<KeyKind>("public");
  const [scopes, setScopes] = useState<Scope[]>(SCOPES.public);
  const [origins, setOrigins] = useState<string[]>([]);
  const [env, setEnv] = useState("");
  const [expires, setExpires] = useState("");

  const create = useMutation({
    mutationFn: () => {
      const at = expires ? fromLocalInput(expires) : null;
      const body: NewKey = {
        name: name.trim(),
        kind,
        ...(SCOPES[kind].length > 0 ? { scopes } : {}),
        ...(kind === "public" && origins.length > 0 ? { origins } : {}),
        ...(env ? { env } : {}),
        ...(at === null ? {} : { expiresAt: at }),
      };
      return api.post<Key>(path`/api/projects/${project}/keys`, body);
    },
    onSuccess: async (key) => {
      await client.invalidateQueries({ queryKey: keys(project).queryKey });
      onMade(key);
    },
  });
  const problem = useProblems(create.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }

  function choose(next: KeyKind) {
    setKind(next);
    setScopes(usual(next));
  }

  return (
    <Dialog
      title={t.manage.keys.create}
      label={t.manage.keys.create}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t.action.cancel}</Button>
          <Button type="submit" form="create-key" variant="primary" busy={create.isPending}>
            {t.action.create}
          </Button>
        </>
      }
    >
      <form id="create-key" onSubmit={submit} className="flex flex-col gap-4 px-5 py-4">
        <Field label={t.manage.keys.name} error={problem("name")}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={100}
              placeholder={t.manage.keys.namePlaceholder}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-col gap-1.5">
          <Tabs
            label={t.manage.keys.kind}
            value={kind}
            options={KINDS.map((value) => ({ value, label: t.manage.keys.kinds[value] }))}
            onChange={choose}
          />
          <p className="text-xs text-ink-3">{t.manage.keys.kindHints[kind]}</p>
        </div>
        {SCOPES[kind].length > 0 && (
          <fieldset className="flex flex-col gap-1.5">
            <legend className="mb-1.5 text-[13px] font-medium">{t.manage.keys.scopes}</legend>
            {SCOPES[kind].map((scope) => (
              <Checkbox
                key={scope}
                label={t.manage.keys.scopeNames[scope]}
                checked={scopes.includes(scope)}
                onChange={(on) =>
                  setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope))
                }
              />
            ))}
          </fieldset>
        )}
        {kind === "public" && (
          <Field
            label={t.manage.keys.origins}
            hint={t.manage.keys.originsHint}
            error={problem("origins")}
          >
            {(control) => (
              <TagsInput
                {...control}
                placeholder="https://shop.example"
                value={origins}
                onChange={setOrigins}
              />
            )}
          </Field>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t.manage.keys.env} hint={t.manage.keys.envHint} error={problem("env")}>
            {(control) => (
              <Select
                {...control}
                value={env}
                options={[
                  { value: "", label: t.manage.keys.anyEnv },
                  ...(record?.environments ?? []).map((value) => ({ value, label: value })),
                ]}
                onChange={(event) => setEnv(event.target.value)}
              />
            )}
          </Field>
          <Field
            label={t.manage.keys.expires}
            hint={t.manage.keys.expiresHint}
            error={problem("expiresAt")}
          >
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={expires}
                onChange={(event) => setExpires(event.target.value)}
              />
            )}
          </Field>
        </div>
        <FormError error={create.error} />
      </form>
    </Dialog>
  );
}
