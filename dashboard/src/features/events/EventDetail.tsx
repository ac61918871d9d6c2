import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import type { TelemetryEvent } from "../../api/types";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { buttonClass } from "../../ui/Button";
import { CopyButton } from "../../ui/Copy";
import { FieldList } from "../../ui/FieldList";
import { LongText, SafeText } from "../../ui/SafeText";
import { Tree } from "../../ui/Tree";
import { ResultCell } from "./cells";
import { headline } from "./model";
import { asJson, leftover, otherFields } from "./fields";
import type { EventSearch } from "./search";

interface EventDetailProps {
  project: string;
  event: TelemetryEvent;
  /** Rows that came from the same report. */
  rows: number;
}

export function EventDetail({ project, event, rows }: EventDetailProps) {
  const { t, fmt } = useI18n();
  const { name } = headline(event, t.data.classes);
  const extra = leftover(event.extra);
  return (
    <div className="flex flex-col gap-6 px-5 py-5">
      <div>
        <p className="text-[15px] leading-snug font-semibold break-words whitespace-pre-wrap">
          <SafeText text={name} />
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
          <time dateTime={new Date(event.ts).toISOString()}>{fmt.dateTimeMs(event.ts)}</time>
          {event.clientTs ? (
            <Badge tone="warn">
              {t.data.detail.corrected(fmt.dateTimeMs(event.clientTs))}
            </Badge>
          ) : null}
          <ResultCell event={event} />
          {rows > 1 && <span>{t.data.detail.parts(rows)}</span>}
        </div>
        <Related project={project} event={event} />
      </div>
      {event.message && event.message !== name && (
        <Section title={t.data.detail.message}>
          <LongText text={event.message} className="max-h-80" />
        </Section>
      )}
      {event.stack && (
        <Section title={t.data.detail.stack} copy={event.stack}>
          <LongText text={event.stack} className="max-h-80" />
        </Section>
      )}
      <Section title={t.data.detail.props}>
        <Tree value={asJson(event.props)} />
      </Section>
      {extra.breadcrumbs !== undefined && (
        <Section title={t.data.detail.breadcrumbs}>
          <Tree value={extra.breadcrumbs} />
        </Section>
      )}
      <Section title={t.data.detail.extra}>
        <Tree value={extra.rest} />
      </Section>
      <Section title={t.data.detail.all} copy={JSON.stringify(event, null, 2)}>
        <FieldList fields={otherFields(event)} />
      </Section>
    </div>
  );
}

interface SectionProps {
  title: string;
  copy?: string;
  children: ReactNode;
}

function Section({ title, copy, children }: SectionProps) {
  return (
    <section>
      <div className="mb-1.5 flex h-7 items-center justify-between">
        <h3 className="text-xs font-semibold text-ink-2">{title}</h3>
        {copy && <CopyButton text={copy} />}
      </div>
      {children}
    </section>
  );
}

function Related({ project, event }: { project: string; event: TelemetryEvent }) {
  const { t } = useI18n();
  const fingerprint = typeof event["fingerprint"] === "string" ? event["fingerprint"] : "";
  const choices: { label: string; search: EventSearch }[] = [];
  if (event.session) {
    choices.push({ label: t.data.detail.sameSession, search: { session: event.session } });
  }
  if (event.user) choices.push({ label: t.data.detail.sameUser, search: { user: event.user } });
  if (fingerprint) choices.push({ label: t.data.detail.sameError, search: { fingerprint } });
  if (event.path) choices.push({ label: t.data.detail.samePath, search: { path: event.path } });
  if (choices.length === 0) return null;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-1.5">
      <span className="mr-1 text-xs text-ink-3">{t.data.detail.find}</span>
      {choices.map(({ label, search }) => (
        <Link
          key={label}
          to="/p/$project/events"
          params={{ project }}
          search={search}
          className={buttonClass("secondary", "sm")}
        >
          {label}
        </Link>
      ))}
    </div>
  );
}
