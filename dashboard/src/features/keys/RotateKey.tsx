import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, path } from "../../api/client";
import { keys } from "../../api/queries";
import type { Key } from "../../api/types";
import { useI18n } from "../../i18n";
import { Confirm } from "../../ui/Confirm";
import { Field } from "../../ui/Field";
import { Select } from "../../ui/Input";

const GRACES = ["0", "3600", "86400", "604800"] as const;
type Grace = (typeof GRACES)[number];

interface RotateKeyProps {
  project: string;
  keyRecord: Key;
  onMade: (key: Key) => void;
  onClose: () => void;
}

export function RotateKey({ project, keyRecord, onMade, onClose }: RotateKeyProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [grace, setGrace] = useState<Grace>("86400");
  const rotate = useMutation({
    mutationFn: () =>
      api.post<Key>(path`/api/projects/${project}/keys/${keyRecord.id}/rotate`, {
        graceSeconds: Number(grace),
      }),
    onSuccess: async (key) => {
      await client.invalidateQueries({ queryKey: keys(project).queryKey });
      onMade(key);
    },
  });
  return (
    <Confirm
      title={t.manage.keys.rotateTitle(keyRecord.name)}
      confirm={t.manage.keys.rotate}
      busy={rotate.isPending}
      error={rotate.error}
      onConfirm={() => rotate.mutate()}
      onClose={onClose}
    >
      <p>{t.manage.keys.rotateHint}</p>
      <Field label={t.manage.keys.grace}>
        {(control) => (
          <Select
            {...control}
            value={grace}
            options={GRACES.map((value) => ({ value, label: t.manage.keys.graces[value] }))}
            onChange={(event) => setGrace(event.target.value as Grace)}
          />
        )}
      </Field>
    </Confirm>
  );
}
