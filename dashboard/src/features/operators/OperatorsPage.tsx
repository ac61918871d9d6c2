import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { KeyRound, Pencil, Plus, Trash2 } from "lucide-react";
import { useMe } from "../../app/useMe";
import { operators } from "../../api/queries";
import type { OperatorRecord } from "../../api/types";
import { useI18n } from "../../i18n";
import { useNow } from "../../lib/hooks";
import { Badge } from "../../ui/Badge";
import { Button, IconButton } from "../../ui/Button";
import { Card, PageHeader } from "../../ui/Card";
import { ErrorState, SkeletonRows } from "../../ui/states";
import { Table, type Column } from "../../ui/Table";
import { DeleteOperator } from "./DeleteOperator";
import { OneTimePassword } from "./OneTimePassword";
import { OperatorForm } from "./OperatorForm";
import { ResetPassword } from "./ResetPassword";

type Doing =
  | { what: "create" }
  | { what: "invited"; password: string }
  | { what: "edit" | "reset" | "delete"; operator: OperatorRecord };

export function OperatorsPage() {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(operators);
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const invited = (password: string) => setDoing({ what: "invited", password });
  const columns = useColumns(setDoing);

  return (
    <>
      <PageHeader
        title={t.manage.operators.title}
        lead={t.manage.operators.lead}
        actions={
          <Button
            variant="primary"
            icon={<Plus size={15} />}
            onClick={() => setDoing({ what: "create" })}
          >
            {t.manage.operators.create}
          </Button>
        }
      />
      <Card flush>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <SkeletonRows />
        ) : (
          <Table
            label={t.manage.operators.title}
            rows={data}
            rowKey={(row) => String(row.id)}
            rowClass={(row) => row.disabled === true && "opacity-60"}
            columns={columns}
          />
        )}
      </Card>
      {doing?.what === "create" && (
        <OperatorForm operator={null} onInvited={invited} onClose={close} />
      )}
      {doing?.what === "edit" && (
        <OperatorForm operator={doing.operator} onInvited={invited} onClose={close} />
      )}
      {doing?.what === "invited" && (
        <OneTimePassword password={doing.password} onClose={close} />
      )}
      {doing?.what === "reset" && <ResetPassword operator={doing.operator} onClose={close} />}
      {doing?.what === "delete" && <DeleteOperator operator={doing.operator} onClose={close} />}
    </>
  );
}

function useColumns(go: (doing: Doing) => void): Column<OperatorRecord>[] {
  const { t, fmt } = useI18n();
  const myself = useMe();
  const now = useNow(30_000);
  return [
    {
      key: "username",
      header: t.manage.operators.username,
      cell: (row) => (
        <span className="flex items-center gap-2 font-medium">
          {row.username}
          {row.username === myself.username && <Badge>{t.manage.operators.you}</Badge>}
        </span>
      ),
    },
    {
      key: "role",
      header: t.manage.operators.role,
      cell: (row) => (
        <Badge tone={row.role === "admin" ? "accent" : "neutral"}>
          {t.access.roles[row.role]}
        </Badge>
      ),
    },
    {
      key: "projects",
      header: t.manage.operators.projects,
      className: "text-ink-2",
      cell: (row) =>
        row.role === "admin"
          ? t.manage.operators.allProjects
          : row.projects.join(", ") || t.state.none,
    },
    {
      key: "status",
      header: t.manage.operators.status,
      cell: (row) =>
        row.disabled ? (
          <Badge tone="bad">{t.manage.operators.disabled}</Badge>
        ) : row.mustChangePassword ? (
          <Badge tone="warn">{t.manage.operators.mustChange}</Badge>
        ) : (
          <Badge tone="good">{t.manage.operators.active}</Badge>
        ),
    },
    {
      key: "lastLogin",
      header: t.manage.operators.lastLogin,
      className: "text-ink-3 whitespace-nowrap",
      cell: (row) => (row.lastLoginAt ? fmt.ago(row.lastLoginAt, now) : t.state.never),
    },
    {
      key: "actions",
      header: t.action.menu,
      headerHidden: true,
      numeric: true,
      cell: (row) => (
        <span className="inline-flex">
          <IconButton
            label={t.manage.operators.edit(row.username)}
            onClick={() => go({ what: "edit", operator: row })}
          >
            <Pencil size={15} />
          </IconButton>
          <IconButton
            label={`${t.manage.operators.reset}: ${row.username}`}
            onClick={() => go({ what: "reset", operator: row })}
          >
            <KeyRound size={15} />
          </IconButton>
          <IconButton
            label={`${t.manage.operators.delete}: ${row.username}`}
            disabled={row.username === myself.username}
            onClick={() => go({ what: "delete", operator: row })}
          >
            <Trash2 size={15} />
          </IconButton>
        </span>
      ),
    },
  ];
}
