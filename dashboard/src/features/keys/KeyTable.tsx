import { RotateCw, Ban } from "lucide-react";
import type { Key } from "../../api/types";
import { useI18n } from "../../i18n";
import { useNow } from "../../lib/hooks";
import { Badge } from "../../ui/Badge";
import { IconButton } from "../../ui/Button";
import { CopyButton } from "../../ui/Copy";
import { Table, type Column } from "../../ui/Table";

interface KeyTableProps {
  keys: Key[];
  mayChange: boolean;
  onRotate: (key: Key) => void;
  onRevoke: (key: Key) => void;
}

const KIND_TONES = { public: "info", secret: "warn", signing: "accent" } as const;

export function keyState(key: Key, now: number): "active" | "revoked" | "expired" {
  if (key.revokedAt !== null && key.revokedAt !== undefined && key.revokedAt <= now) {
    return "revoked";
  }
  return key.expiresAt && key.expiresAt <= now ? "expired" : "active";
}

export function KeyTable({ keys, mayChange, onRotate, onRevoke }: KeyTableProps) {
  const { t, fmt } = useI18n();
  const now = useNow(1_000);
  const columns: Column<Key>[] = [
    {
      key: "name",
      header: t.manage.keys.name,
      cell: (key) => (
        <span className="flex items-center gap-2 whitespace-nowrap">
          <span className="font-medium">{key.name}</span>
          <Badge tone={KIND_TONES[key.kind]}>{t.manage.keys.kinds[key.kind]}</Badge>
        </span>
      ),
    },
    {
      key: "display",
      header: t.manage.keys.value,
      cell: (key) => (
        <span className="flex items-center gap-1">
          <code className="max-w-80 truncate text-xs text-ink-2">{key.display}</code>
          {key.kind === "public" && <CopyButton text={key.display} />}
        </span>
      ),
    },
    {
      key: "scopes",
      header: t.manage.keys.scopes,
      cell: (key) => (
        <span className="flex flex-wrap gap-1">
          {key.scopes.map((scope) => (
            <Badge key={scope} title={scope}>
              {t.manage.keys.scopeNames[scope] ?? scope}
            </Badge>
          ))}
          {key.env && <Badge tone="info">{key.env}</Badge>}
        </span>
      ),
    },
    {
      key: "lastUsed",
      header: t.manage.keys.lastUsed,
      className: "text-ink-3 whitespace-nowrap",
      cell: (key) => (key.lastUsedAt ? fmt.ago(key.lastUsedAt, now) : t.state.never),
    },
    {
      key: "status",
      header: t.manage.keys.status,
      cell: (key) => <StateBadge record={key} now={now} />,
    },
    {
      key: "actions",
      header: t.action.menu,
      headerHidden: true,
      numeric: true,
      cell: (key) =>
        mayChange &&
        keyState(key, now) === "active" && (
          <span className="inline-flex">
            <IconButton
              label={`${t.manage.keys.rotate}: ${key.name}`}
              onClick={() => onRotate(key)}
            >
              <RotateCw size={15} />
            </IconButton>
            <IconButton
              label={`${t.manage.keys.revoke}: ${key.name}`}
              onClick={() => onRevoke(key)}
            >
              <Ban size={15} />
            </IconButton>
          </span>
        ),
    },
  ];
  return (
    <Table
      label={t.manage.keys.title}
      columns={columns}
      rows={keys}
      rowKey={(key) => String(key.id)}
      rowClass={(key) => keyState(key, now) !== "active" && "opacity-60"}
    />
  );
}

function StateBadge({ record, now }: { record: Key; now: number }) {
  const { t, fmt } = useI18n();
  const state = keyState(record, now);
  const ends = state === "active" ? record.expiresAt : null;
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <Badge tone={state === "active" ? "good" : "neutral"}>{t.manage.keys[state]}</Badge>
      {ends && (
        <Badge tone="warn" title={fmt.dateTime(ends)}>
          {t.manage.keys.ends(fmt.ago(ends, now))}
        </Badge>
      )}
    </span>
  );
}
