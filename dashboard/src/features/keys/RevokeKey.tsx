import { api, path } from "../../api/client";
import { keys } from "../../api/queries";
import type { Key } from "../../api/types";
import { useI18n } from "../../i18n";
import { ConfirmDanger } from "../../ui/ConfirmDanger";

interface RevokeKeyProps {
  project: string;
  keyRecord: Key;
  onClose: () => void;
}

export function RevokeKey({ project, keyRecord, onClose }: RevokeKeyProps) {
  const { t } = useI18n();
  return (
    <ConfirmDanger
      title={t.manage.keys.revokeTitle(keyRecord.name)}
      confirm={t.manage.keys.revoke}
      act={() => api.delete(path`/api/projects/${project}/keys/${keyRecord.id}`)}
      stale={[keys(project).queryKey]}
      done={t.manage.keys.revokedToast}
      onClose={onClose}
    >
      <p>{t.manage.keys.revokeHint}</p>
    </ConfirmDanger>
  );
}
