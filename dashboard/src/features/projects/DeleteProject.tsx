import { useState } from "react";
import { api, path } from "../../api/client";
import { me, projects } from "../../api/queries";
import type { Project } from "../../api/types";
import { useI18n } from "../../i18n";
import { ConfirmDanger } from "../../ui/ConfirmDanger";
import { Field } from "../../ui/Field";
import { Input } from "../../ui/Input";

export function DeleteProject({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useI18n();
  const [typed, setTyped] = useState("");
  return (
    <ConfirmDanger
      title={t.manage.projects.deleteTitle(project.name)}
      confirm={t.manage.projects.delete}
      disabled={typed !== project.slug}
      act={() => api.delete(path`/api/projects/${project.slug}`)}
      stale={[projects.queryKey, me.queryKey]}
      done={t.manage.projects.deleted}
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
    </ConfirmDanger>
  );
}
