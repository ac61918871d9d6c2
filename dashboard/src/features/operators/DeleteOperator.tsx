import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, path } from "../../api/client";
import { operators } from "../../api/queries";
import type { OperatorRecord } from "../../api/types";
import { useI18n } from "../../i18n";
import { Confirm } from "../../ui/Confirm";
import { useToast } from "../../ui/Toast";

interface DeleteOperatorProps {
  operator: OperatorRecord;
  onClose: () => void;
}

export function DeleteOperator({ operator, onClose }: DeleteOperatorProps) {
  const { t } = useI18n();
  const toast = useToast();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.delete(path`/api/operators/${operator.id}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: operators.queryKey });
      toast(t.manage.operators.deleted);
      onClose();
    },
  });
  return (
    <Confirm
      title={t.manage.operators.deleteTitle(operator.username)}
      confirm={t.manage.operators.delete}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{t.manage.operators.deleteHint}</p>
    </Confirm>
  );
}
