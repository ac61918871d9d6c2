import { useState } from "react";
import { useParams } from "@tanstack/react-router";
import { useProjects } from "../../app/useMe";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { Card, PageHeader } from "../../ui/Card";
import { LiveToggle } from "../../ui/LiveToggle";
import { LedgerCard } from "../ledger/LedgerCard";
import { useCounters } from "../ledger/useCounters";
import { SetupPanel } from "../setup/SetupPanel";
import { useFirstEvent } from "../setup/useFirstEvent";
import { NewestErrors, NewestEvents, NewestLogs } from "./NewestCard";
import { PerMinuteCard } from "./PerMinuteCard";

export function OverviewPage() {
  const { t } = useI18n();
  const { project } = useParams({ from: "/app/p/$project/" });
  const known = useProjects().find((candidate) => candidate.slug === project);
  const [live, setLive] = useState(true);
  const counters = useCounters(project, live);
  const first = useFirstEvent(project);

  return (
    <>
      <PageHeader
        title={known?.name ?? project}
        lead={
          <span className="flex items-center gap-2">
            {t.data.overviewTitle}
            {known?.demo && <Badge tone="accent">{t.nav.demo}</Badge>}
          </span>
        }
        actions={<LiveToggle live={live} onChange={setLive} />}
      />
      <div className="flex flex-col gap-5">
        <LedgerCard
          project={project}
          data={counters.data}
          error={counters.error}
          onRetry={() => void counters.refetch()}
        />
        {first.isSuccess && !first.data ? (
          <Card title={t.setup.newProject} lead={t.setup.newProjectHint}>
            <SetupPanel project={project} />
          </Card>
        ) : (
          <>
            <PerMinuteCard project={project} live={live} />
            <div className="grid items-start gap-5 xl:grid-cols-2">
              <NewestEvents project={project} live={live} />
              <div className="flex min-w-0 flex-col gap-5">
                <NewestErrors project={project} live={live} />
              </div>
              <div className="min-w-0 xl:col-span-2">
                <NewestLogs project={project} live={live} />
              </div>
            </div>
          </>
        )}
      </div>
    </>
  );
}
