import { useCallback, useState } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useIsAdmin, useProjects } from "../../app/useMe";
import { api, url } from "../../api/client";
import type { AuditEntry, Page } from "../../api/types";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { Card, PageHeader } from "../../ui/Card";
import { DownloadLink } from "../../ui/DownloadLink";
import { Select } from "../../ui/Input";
import { SafeText } from "../../ui/SafeText";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/states";
import { Table, type Column } from "../../ui/Table";
import { RangePicker } from "../filters/RangePicker";
import { SearchField } from "../filters/SearchField";
import { AuditDrawer } from "./AuditDrawer";
import { AUDIT_FROM, type AuditSearch } from "./search";

const PAGE = 100;

export function AuditPage() {
  const { t } = useI18n();
  const search = useSearch({ from: "/app/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const projects = useProjects();
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const admin = useIsAdmin();
  // Only an administrator may read the trail of all projects.
  const project = search.project ?? (admin ? undefined : projects[0]?.slug);
  const params = { ...search, project, from: search.from ?? AUDIT_FROM };
  const entries = useInfiniteQuery({
    queryKey: ["audit", params],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<AuditEntry>>("/api/audit", {
        params: { ...params, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const change = useCallback(
    (next: AuditSearch) => void navigate({ search: (current) => ({ ...current, ...next }) }),
    [navigate],
  );
  const onSearch = useCallback((q: string) => change({ q: q || undefined }), [change]);
  const items = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const columns = useColumns(setShown);

  return (
    <>
      <PageHeader
        title={t.manage.audit.title}
        lead={t.manage.audit.lead}
        actions={
          <>
            <RangePicker
              value={{ from: params.from, to: params.to }}
              onChange={({ from, to }) => change({ from, to })}
            />
            <DownloadLink href={url("/api/audit/export", { ...params, format: "csv" })} />
          </>
        }
      />
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchField
          placeholder={t.manage.audit.search}
          value={search.q ?? ""}
          onSettled={onSearch}
        />
        <Select
          aria-label={t.manage.audit.project}
          className="sm:!w-48"
          value={project ?? ""}
          options={[
            ...(admin ? [{ value: "", label: t.nav.allProjects }] : []),
            ...projects.map(({ slug, name }) => ({ value: slug, label: name })),
          ]}
          onChange={(event) => change({ project: event.target.value || undefined })}
        />
      </div>
      <Card flush>
        {entries.isError ? (
          <ErrorState error={entries.error} onRetry={() => void entries.refetch()} />
        ) : entries.isPending ? (
          <SkeletonRows rows={10} />
        ) : items.length === 0 ? (
          <EmptyState
            icon={<History size={20} />}
            title={t.manage.audit.empty}
            hint={t.manage.audit.emptyHint}
          />
        ) : (
          <>
            <Table
              label={t.manage.audit.title}
              rows={items}
              rowKey={(row) => String(row.id)}
              columns={columns}
            />
            {entries.hasNextPage && (
              <div className="flex justify-center border-t border-line p-3">
                <Button
                  size="sm"
                  busy={entries.isFetchingNextPage}
                  onClick={() => void entries.fetchNextPage()}
                >
                  {t.action.more}
                </Button>
              </div>
            )}
          </>
        )}
      </Card>
      {shown && <AuditDrawer entry={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function useColumns(show: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  const { t, fmt } = useI18n();
  return [
    {
      key: "ts",
      header: t.manage.audit.when,
      className: "text-xs text-ink-3 whitespace-nowrap",
      cell: (row) => fmt.dateTime(row.ts),
    },
    {
      key: "actor",
      header: t.manage.audit.actor,
      className: "font-medium",
      cell: (row) => (row.actor ? <SafeText text={row.actor} /> : t.manage.audit.system),
    },
    {
      key: "action",
      header: t.manage.audit.action,
      cell: (row) => <Badge className="font-mono">{row.action}</Badge>,
    },
    {
      key: "target",
      header: t.manage.audit.target,
      className: "max-w-72 truncate",
      cell: (row) => <SafeText text={row.target} />,
    },
    {
      key: "project",
      header: t.manage.audit.project,
      className: "text-ink-2",
      cell: (row) => row.project ?? "",
    },
    {
      key: "more",
      header: t.action.menu,
      headerHidden: true,
      numeric: true,
      cell: (row) => (
        <Button size="sm" variant="ghost" onClick={() => show(row)}>
          {t.data.selectRow}
        </Button>
      ),
    },
  ];
}
