import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Boxes, Plus, Trash2 } from "lucide-react";
import { useIsAdmin } from "../../app/useMe";
import { projects } from "../../api/queries";
import type { Project } from "../../api/types";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { Button, buttonClass, IconButton } from "../../ui/Button";
import { Card, PageHeader } from "../../ui/Card";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/states";
import { Table } from "../../ui/Table";
import { CreateProject } from "./CreateProject";
import { DeleteProject } from "./DeleteProject";

export function ProjectsPage() {
  const { t, fmt } = useI18n();
  const admin = useIsAdmin();
  const { data, error, refetch } = useQuery(projects);
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<Project | null>(null);
  const create = admin && (
    <Button variant="primary" icon={<Plus size={15} />} onClick={() => setCreating(true)}>
      {t.manage.projects.create}
    </Button>
  );

  return (
    <>
      <PageHeader
        title={t.manage.projects.title}
        lead={t.manage.projects.lead}
        actions={data && data.length > 0 && create}
      />
      <Card flush>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <SkeletonRows />
        ) : data.length === 0 ? (
          <EmptyState
            icon={<Boxes size={20} />}
            title={t.manage.projects.empty}
            hint={admin ? t.manage.projects.emptyHint : t.manage.projects.emptyViewer}
            action={create}
          />
        ) : (
          <Table
            label={t.manage.projects.title}
            rows={data}
            rowKey={(row) => row.slug}
            columns={[
              {
                key: "name",
                header: t.manage.projects.name,
                cell: (row) => (
                  <Link
                    to="/p/$project"
                    params={{ project: row.slug }}
                    className="font-medium hover:text-accent hover:underline"
                  >
                    {row.name}
                  </Link>
                ),
              },
              {
                key: "slug",
                header: t.manage.projects.slug,
                cell: (row) => (
                  <span className="flex items-center gap-2 font-mono text-xs text-ink-3">
                    {row.slug}
                    {row.demo && <Badge tone="accent">{t.nav.demo}</Badge>}
                  </span>
                ),
              },
              {
                key: "environments",
                header: t.manage.projects.environments,
                cell: (row) => (
                  <span className="flex flex-wrap gap-1">
                    {row.environments.map((env) => (
                      <Badge key={env}>{env}</Badge>
                    ))}
                  </span>
                ),
              },
              {
                key: "created",
                header: t.manage.projects.created,
                className: "text-ink-3 whitespace-nowrap",
                cell: (row) => fmt.date(row.createdAt),
              },
              {
                key: "actions",
                header: t.action.menu,
                headerHidden: true,
                numeric: true,
                cell: (row) => (
                  <span className="inline-flex items-center gap-1">
                    <Link
                      to="/p/$project"
                      params={{ project: row.slug }}
                      className={buttonClass("secondary", "sm")}
                    >
                      {t.manage.projects.open}
                    </Link>
                    {admin && (
                      <IconButton
                        label={`${t.manage.projects.delete}: ${row.name}`}
                        onClick={() => setDeleting(row)}
                      >
                        <Trash2 size={15} />
                      </IconButton>
                    )}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Card>
      {creating && <CreateProject onClose={() => setCreating(false)} />}
      {deleting && <DeleteProject project={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}
