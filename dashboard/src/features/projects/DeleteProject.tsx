import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, path } from "../../api/client";
import { me, projects } from "../../api/queries";
import type { Project } from "../../api/types";
import { useI18n } from "../../i18n";
import { Confirm } from "../../ui/Confirm";
import { Field } from "../../ui/Field";
import { Input } from "../../ui/Input";
import { useToast } from "../../ui/Toast";

export function DeleteProject({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => api.delete(path`/api/projects/${project.slug}`),
    onSuccess: async () => {
      toast(t.manage.projects.deleted);
      await client.invalidateQueries({ queryKey: projects.queryKey });
      await client.invalidateQueries({ queryKey: me.queryKey });
      onClose();
    },
  });
  return (
    <Confirm
      title={t.manage.projects.deleteTitle(project.name)}
      confirm={t.manage.projects.delete}
      danger
      busy={remove.isPending}
      disabled={typed !== project.slug}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{t.manage.projects.deleteHint}</p>
      <Field label={t.manage.projects.slug}>
        {(control) => (
          <Input
            {...control}
            className="font-mono"
            autoComplete="off"
            placeholder={project.slug}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  );
}
