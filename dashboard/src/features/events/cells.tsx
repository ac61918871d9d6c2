import type { TelemetryEvent } from "../../api/types";
import { useI18n } from "../../i18n";
import type { Format } from "../../i18n/format";
import { Badge, Dot } from "../../ui/Badge";
import { SafeText } from "../../ui/SafeText";
import { headline, kindColor, RATING_TONES, statusTone, unitOf } from "./model";

export function KindCell({ event }: { event: TelemetryEvent }) {
  const { t } = useI18n();
  return (
    <span className="inline-flex items-center gap-2 text-xs text-ink-2">
      <Dot color={kindColor(event.kind)} />
      <span className="max-sm:sr-only">{t.data.kinds[event.kind] ?? event.kind}</span>
    </span>
  );
}

export function WhatCell({ event }: { event: TelemetryEvent }) {
  const { t } = useI18n();
  const { name, more } = headline(event, t.data.classes);
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <span className="min-w-0 truncate font-medium">
        <SafeText text={oneLine(name)} />
      </span>
      {more && (
        <span className="max-w-1/2 shrink-0 truncate text-xs text-ink-3">
          <SafeText text={oneLine(more)} />
        </span>
      )}
    </span>
  );
}

const FORMATS = {
  ms: (fmt: Format) => fmt.duration,
  bytes: (fmt: Format) => fmt.bytes,
  number: (fmt: Format) => fmt.number,
};

export function ResultCell({ event }: { event: TelemetryEvent }) {
  const { t, fmt } = useI18n();
  const tone = statusTone(event);
  const value = typeof event.value === "number" ? event.value : null;
  return (
    <span className="flex items-center justify-end gap-2">
      {typeof event.durationMs === "number" && (
        <span className="text-xs text-ink-3">{fmt.duration(event.durationMs)}</span>
      )}
      {value !== null && (
        <span className="text-xs text-ink-2">
          {FORMATS[unitOf(event.kind, event.name)](fmt)(value)}
        </span>
      )}
      {event.rating && (
        <Badge tone={RATING_TONES[event.rating]}>{t.data.ratings[event.rating]}</Badge>
      )}
      {typeof event.status === "number" && <Badge tone={tone}>{event.status}</Badge>}
    </span>
  );
}

export function TimeCell({ ts }: { ts: number }) {
  const { fmt } = useI18n();
  return (
    <time
      dateTime={new Date(ts).toISOString()}
      title={fmt.dateTimeMs(ts)}
      className="text-xs whitespace-nowrap text-ink-3"
    >
      {fmt.clockMs(ts)}
    </time>
  );
}

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ⏎ ");
}
