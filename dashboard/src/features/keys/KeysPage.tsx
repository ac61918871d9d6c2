import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useMayChange } from "../../app/useMe";
import { keys } from "../../api/queries";
import type { Key } from "../../api/types";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { Card, PageHeader } from "../../ui/Card";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/states";
import { CreateKey } from "./CreateKey";
import { KeyTable } from "./KeyTable";
import { RevokeKey } from "./RevokeKey";
import { RotateKey } from "./RotateKey";
import { ShowSecret } from "./ShowSecret";

type Doing = { what: "create" } | { what: "rotate" | "revoke" | "show"; key: Key };

export function KeysPage() {
  const { t } = useI18n();
  const { project } = useParams({ from: "/app/p/$project/keys" });
  const mayChange = useMayChange();
  const { data, error, refetch } = useQuery(keys(project));
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  // Public keys can be read again at any time; the others are shown now or never.
  const made = (key: Key) => setDoing({ what: "show", key });
  const create = mayChange && (
    <Button
      variant="primary"
      icon={<Plus size={15} />}
      onClick={() => setDoing({ what: "create" })}
    >
      {t.manage.keys.create}
    </Button>
  );

  return (
    <>
      <PageHeader title={t.manage.keys.title} lead={t.manage.keys.lead} actions={data && data.length > 0 && create} />
      <Card flush>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <SkeletonRows />
        ) : data.length === 0 ? (
          <EmptyState
            icon={<KeyRound size={20} />}
            title={t.manage.keys.empty}
            hint={t.manage.keys.emptyHint}
            action={create}
          />
        ) : (
          <KeyTable
            keys={data}
            mayChange={mayChange}
            onRotate={(key) => setDoing({ what: "rotate", key })}
            onRevoke={(key) => setDoing({ what: "revoke", key })}
          />
        )}
      </Card>
      {doing?.what === "create" && <CreateKey project={project} onMade={made} onClose={close} />}
      {doing?.what === "rotate" && (
        <RotateKey project={project} keyRecord={doing.key} onMade={made} onClose={close} />
      )}
      {doing?.what === "revoke" && (
        <RevokeKey project={project} keyRecord={doing.key} onClose={close} />
      )}
      {doing?.what === "show" && <ShowSecret made={doing.key} onClose={close} />}
    </>
  );
}
