import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMayChange } from "../../app/useMe";
import { api, path } from "../../api/client";
import { keys } from "../../api/queries";
import type { Key } from "../../api/types";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { FormError } from "../../ui/states";

/** A project without a public key gets one here, without leaving the page. */
export function QuickKey({ project }: { project: string }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const mayChange = useMayChange();
  const create = useMutation({
    mutationFn: () =>
      api.post<Key>(path`/api/projects/${project}/keys`, {
        name: t.setup.keyName,
        kind: "public",
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys(project).queryKey }),
  });
  return (
    <div className="flex flex-wrap items-center gap-3 text-[13px] text-ink-2">
      {t.setup.noKey}
      {mayChange && (
        <Button
          variant="primary"
          size="sm"
          busy={create.isPending}
          onClick={() => create.mutate()}
        >
          {t.setup.createKey}
        </Button>
      )}
      <FormError error={create.error} />
    </div>
  );
}
