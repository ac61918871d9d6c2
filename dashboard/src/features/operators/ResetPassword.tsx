import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, path } from "../../api/client";
import { operators } from "../../api/queries";
import type { OperatorRecord } from "../../api/types";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { CodeBlock } from "../../ui/Copy";
import { Dialog } from "../../ui/Drawer";

interface ResetPasswordProps {
  operator: OperatorRecord;
  onClose: () => void;
}

export function ResetPassword({ operator, onClose }: ResetPasswordProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const reset = useMutation({
    mutationFn: () =>
      api.post<{ password: string }>(path`/api/operators/${operator.id}/reset-password`),
    onSuccess: () => client.invalidateQueries({ queryKey: operators.queryKey }),
  });
  if (reset.data) {
    return (
      <Dialog
        title={t.manage.operators.resetDone}
        label={t.manage.operators.resetDone}
        onClose={onClose}
        footer={
          <Button variant="primary" onClick={onClose}>
            {t.action.done}
          </Button>
        }
      >
        <div className="px-5 py-4">
          <CodeBlock code={reset.data.password} wrap />
        </div>
      </Dialog>
    );
  }
  return (
    <Confirm
      title={t.manage.operators.resetTitle(operator.username)}
      confirm={t.manage.operators.reset}
      busy={reset.isPending}
      error={reset.error}
      onConfirm={() => reset.mutate()}
      onClose={onClose}
    >
      <p>{t.manage.operators.resetHint}</p>
    </Confirm>
  );
}
