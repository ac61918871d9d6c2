import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, path } from "../../api/client";
import { operators } from "../../api/queries";
import type { OperatorRecord } from "../../api/types";
import { useI18n } from "../../i18n";
import { Confirm } from "../../ui/Confirm";
import { OneTimePassword } from "./OneTimePassword";

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
  if (reset.data) return <OneTimePassword password={reset.data.password} onClose={onClose} />;
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
