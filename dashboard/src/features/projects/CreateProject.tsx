import { useState, type FormEvent } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../api/client";
import { me, projects } from "../../api/queries";
import type { Project } from "../../api/types";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Drawer";
import { Field } from "../../ui/Field";
import { Input } from "../../ui/Input";
import { FormError } from "../../ui/states";
import { TagsInput } from "../../ui/TagsInput";
import { useToast } from "../../ui/Toast";
import { useProblems } from "../../ui/useProblems";
import { slugFrom } from "./slug";

export function CreateProject({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [slug, setSlug] = useState<string | null>(null);
  const [environments, setEnvironments] = useState(["prod", "staging", "dev"]);
  const shownSlug = slug ?? slugFrom(name);

  const create = useMutation({
    mutationFn: () =>
      api.post<Project>("/api/projects", { slug: shownSlug, name: name.trim(), environments }),
    onSuccess: async (project) => {
      toast(t.manage.projects.createdToast(project.name));
      await client.invalidateQueries({ queryKey: projects.queryKey });
      await client.invalidateQueries({ queryKey: me.queryKey });
      onClose();
      await navigate({ to: "/p/$project/setup", params: { project: project.slug } });
    },
  });
  const problem = useProblems(create.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }

  return (
    <Dialog
      title={t.manage.projects.create}
      label={t.manage.projects.create}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t.action.cancel}</Button>
          <Button type="submit" form="create-project" variant="primary" busy={create.isPending}>
            {t.action.create}
          </Button>
        </>
      }
    >
      <form id="create-project" onSubmit={submit} className="flex flex-col gap-4 px-5 py-4">
        <Field label={t.manage.projects.name} error={problem("name")}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={100}
              placeholder={t.manage.projects.namePlaceholder}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label={t.manage.projects.slug}
          hint={t.manage.projects.slugHint}
          error={problem("slug", t.manage.projects.slugHint)}
        >
          {(control) => (
            <Input
              {...control}
              required
              spellCheck={false}
              className="font-mono"
              value={shownSlug}
              onChange={(event) => setSlug(event.target.value)}
            />
          )}
        </Field>
        <Field
          label={t.manage.projects.environments}
          hint={t.manage.projects.environmentsHint}
          error={problem("environments")}
        >
          {(control) => (
            <TagsInput {...control} value={environments} onChange={setEnvironments} />
          )}
        </Field>
        <FormError error={create.error} />
      </form>
    </Dialog>
  );
}
