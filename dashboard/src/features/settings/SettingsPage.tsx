import { useMemo, useState, type FormEvent } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMayChange } from "../../app/useMe";
import { api, path } from "../../api/client";
import { ApiError } from "../../api/errors";
import { settings } from "../../api/queries";
import type { Settings } from "../../api/types";
import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { Card, PageHeader } from "../../ui/Card";
import { ErrorState, FormError, SkeletonRows } from "../../ui/states";
import { Tabs } from "../../ui/Tabs";
import { useToast } from "../../ui/Toast";
import { FormContext } from "./form";
import { firstMissing, tabOf } from "./paths";
import { TABS } from "./search";
import { Section } from "./sections";

export function SettingsPage() {
  const { t } = useI18n();
  const { project } = useParams({ from: "/app/p/$project/settings" });
  const { data, error, refetch } = useQuery({
    ...settings(project),
    refetchOnWindowFocus: false,
  });
  return (
    <>
      <PageHeader title={t.settings.title} lead={t.settings.lead} />
      {data ? (
        <SettingsForm key={project} project={project} saved={data} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows rows={8} />
      )}
    </>
  );
}

function SettingsForm({ project, saved }: { project: string; saved: Settings }) {
  const { t } = useI18n();
  const { tab = "general" } = useSearch({ from: "/app/p/$project/settings" });
  const navigate = useNavigate({ from: "/p/$project/settings" });
  const toast = useToast();
  const client = useQueryClient();
  const readOnly = !useMayChange();
  const [draft, setDraft] = useState(saved);
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);

  const save = useMutation({
    mutationFn: () => api.put<Settings>(path`/api/projects/${project}/settings`, draft),
    onSuccess: (next) => {
      client.setQueryData(settings(project).queryKey, next);
      setDraft(next);
      toast(t.settings.saved);
    },
    onError: (error) => {
      const first = error instanceof ApiError ? error.fields[0] : undefined;
      if (first) void navigate({ search: { tab: tabOf(first.field) } });
    },
  });
  const error = save.error instanceof ApiError ? save.error : null;
  const flagged = new Set(error?.fields.map(({ field }) => tabOf(field)));
  const form = useMemo(() => ({ draft, setDraft, error, readOnly }), [draft, error, readOnly]);

  function submit(event: FormEvent) {
    event.preventDefault();
    const missing = firstMissing(draft);
    if (missing) void navigate({ search: { tab: tabOf(missing) } });
    else if (changed) save.mutate();
  }

  return (
    <FormContext value={form}>
      <form onSubmit={submit} noValidate className="max-w-4xl">
        <Tabs
          look="bar"
          label={t.settings.title}
          value={tab}
          options={TABS.map((value) => ({
            value,
            label: t.settings.tabs[value],
            flag: flagged.has(value),
          }))}
          onChange={(next) => void navigate({ search: { tab: next }, replace: true })}
        />
        <Card className="mt-5" title={t.settings.tabs[tab]} lead={t.settings.leads[tab]}>
          <div className="pt-1 pb-2">
            <Section tab={tab} />
          </div>
        </Card>
        {readOnly && <p className="mt-3 text-[13px] text-ink-3">{t.settings.readOnly}</p>}
        {error && (
          <div className="mt-4">
            <FormError error={error} />
          </div>
        )}
        {changed && (
          <div className="pop-in sticky bottom-4 z-10 mt-5 flex flex-wrap items-center gap-3 rounded-xl border border-line bg-raised px-4 py-2.5 shadow-float">
            <span role="status" className="grow text-[13px] text-ink-2">
              {t.settings.unsaved}
            </span>
            <Button
              onClick={() => {
                setDraft(saved);
                save.reset();
              }}
            >
              {t.action.discard}
            </Button>
            <Button type="submit" variant="primary" busy={save.isPending}>
              {save.isPending ? t.action.saving : t.action.save}
            </Button>
          </div>
        )}
      </form>
    </FormContext>
  );
}
