import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, path } from "../../api/client";
import { keys } from "../../api/queries";
import type { Key } from "../../api/types";
import { useI18n } from "../../i18n";
import { Confirm } from "../../ui/Confirm";
import { useToast } from "../../ui/Toast";

interface RevokeKeyProps {
  project: string;
  keyRecord: Key;
  onClose: () => void;
}

export function RevokeKey({ project, keyRecord, onClose }: RevokeKeyProps) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.delete(path`/api/projects/${project}/keys/${keyRecord.id}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys(project).queryKey });
      toast(t.manage.keys.revokedToast);
      onClose();
    },
  });
  return (
    <Confirm
      title={t.manage.keys.revokeTitle(keyRecord.name)}
      confirm={t.manage.keys.revoke}
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <p>{t.manage.keys.revokeHint}</p>
    </Confirm>
  );
}
