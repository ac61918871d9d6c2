import { useState, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { keys, settings } from "../../api/queries";
import { useI18n } from "../../i18n";
import { BASE } from "../../lib/base";
import { buttonClass } from "../../ui/Button";
import { CodeBlock } from "../../ui/Copy";
import { ErrorState, Skeleton } from "../../ui/states";
import { Tabs } from "../../ui/Tabs";
import { FirstEvent } from "./FirstEvent";
import { QuickKey } from "./QuickKey";
import { snippet, type SnippetName } from "./snippets";

const SNIPPETS: SnippetName[] = ["curl", "js", "websee", "logs"];

export function SetupPanel({ project }: { project: string }) {
  const { t } = useI18n();
  const [shown, setShown] = useState<SnippetName>("curl");
  const allKeys = useQuery(keys(project));
  const config = useQuery(settings(project));
  const key = allKeys.data?.find((entry) => entry.kind === "public" && !entry.revokedAt && !entry.expiresAt);
  const origins = config.data?.access.origins ?? [];
  const server = location.origin + BASE;

  if (allKeys.isError) {
    return <ErrorState error={allKeys.error} onRetry={() => void allKeys.refetch()} compact />;
  }
  return (
    <div className="flex flex-col gap-6">
      <FirstEvent project={project} />
      <div className="grid gap-6 lg:grid-cols-[340px_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-6">
          <Step number={1} title={t.setup.step1} hint={t.setup.step1Hint}>
            {key ? (
              <CodeBlock code={key.display} wrap />
            ) : allKeys.isPending ? (
              <Skeleton className="h-10" />
            ) : (
              <QuickKey project={project} />
            )}
          </Step>
          <Step number={2} title={t.setup.step2} hint={t.setup.step2Hint}>
            <div className="flex flex-wrap items-center gap-3 text-[13px] text-ink-2">
              <span className="min-w-0 break-words">
                {origins.length > 0
                  ? t.setup.originsSome(origins.join(", "))
                  : t.setup.originsNone}
              </span>
              <Link
                to="/p/$project/settings"
                params={{ project }}
                search={{ tab: "access" }}
                className={buttonClass("secondary", "sm")}
              >
                {t.setup.editOrigins}
              </Link>
            </div>
          </Step>
        </div>
        <Step number={3} title={t.setup.step3} hint={t.setup.hints[shown]}>
          <div className="mb-2.5">
            <Tabs
              label={t.setup.step3}
              value={shown}
              options={SNIPPETS.map((value) => ({ value, label: t.setup.tabs[value] }))}
              onChange={setShown}
            />
          </div>
          <CodeBlock code={snippet(shown, server, key?.display ?? "sbp_…")} />
        </Step>
      </div>
    </div>
  );
}

interface StepProps {
  number: number;
  title: string;
  hint: string;
  children: ReactNode;
}

function Step({ number, title, hint, children }: StepProps) {
  return (
    <section className="flex min-w-0 gap-3">
      <span
        aria-hidden
        className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
      >
        {number}
      </span>
      <div className="min-w-0 grow">
        <h2 className="text-[13px] leading-6 font-semibold">{title}</h2>
        <p className="mb-2.5 text-xs text-ink-3">{hint}</p>
        {children}
      </div>
    </section>
  );
}
