import { api, path } from "../../api/client";
import { operators } from "../../api/queries";
import type { OperatorRecord } from "../../api/types";
import { useI18n } from "../../i18n";
import { ConfirmDanger } from "../../ui/ConfirmDanger";

interface DeleteOperatorProps {
  operator: OperatorRecord;
  onClose: () => void;
}

export function DeleteOperator({ operator, onClose }: DeleteOperatorProps) {
  const { t } = useI18n();
  return (
    <ConfirmDanger
      title={t.manage.operators.deleteTitle(operator.username)}
      confirm={t.manage.operators.delete}
      act={() => api.delete(path`/api/operators/${operator.id}`)}
      stale={[operators.queryKey]}
      done={t.manage.operators.deleted}
      onClose={onClose}
    >
      <p>{t.manage.operators.deleteHint}</p>
    </ConfirmDanger>
  );
}
