import type { ReactNode } from "react";
import { CloudOff, TriangleAlert } from "lucide-react";
import { ApiError } from "../api/errors";
import { useI18n, type Messages } from "../i18n";
import { cx } from "../lib/cx";
import { Button } from "./Button";

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx("skeleton h-4", className)} />;
}

export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  const { t } = useI18n();
  return (
    <div role="status" aria-label={t.state.loading} className="flex flex-col gap-3 p-5">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex gap-4">
          <Skeleton className="w-24" />
          <Skeleton className={row % 2 ? "w-1/2" : "w-2/3"} />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </div>
  );
}

interface EmptyProps {
  title: string;
  hint?: ReactNode;
  icon?: ReactNode;
  action?: ReactNode;
  compact?: boolean;
}

export function EmptyState({ title, hint, icon, action, compact }: EmptyProps) {
  return (
    <div
      className={cx(
        "flex flex-col items-center justify-center gap-1 px-6 text-center",
        compact ? "py-8" : "py-16",
      )}
    >
      {icon && (
        <div className="mb-2 flex size-11 items-center justify-center rounded-full bg-sunken text-ink-3">
          {icon}
        </div>
      )}
      <p className="text-[13px] font-medium text-ink">{title}</p>
      {hint && <p className="max-w-md text-[13px] text-ink-3">{hint}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}

/** What to tell a person about an error: our words where we know it, the server's otherwise. */
export function errorText(error: unknown, t: Messages): string {
  if (!(error instanceof ApiError)) return t.error.title;
  if (error.status === 0) return t.error.network;
  if (error.code === "forbidden") return t.error.forbidden;
  if (error.status === 404) return t.error.notFound;
  if (["timeout", "too_expensive"].includes(error.code) || error.status === 504) return t.error.timeout;
  if (error.code === "overloaded" || error.status === 503 || error.status === 429) {
    return t.error.busy;
  }
  if (error.status === 409) return t.error.refused(error.message);
  if (error.status === 412) return t.error.conflict;
  if (error.status === 413) return t.error.tooLarge;
  if (error.status >= 500) return t.error.internal;
  return error.message;
}

interface ErrorProps {
  error: unknown;
  onRetry?: (() => void) | undefined;
  compact?: boolean;
}

export function ErrorState({ error, onRetry, compact }: ErrorProps) {
  const { t } = useI18n();
  const away = error instanceof ApiError && error.status === 0;
  return (
    <div
      role="alert"
      className={cx(
        "flex flex-col items-center justify-center gap-1 px-6 text-center",
        compact ? "py-8" : "py-16",
      )}
    >
      <div className="mb-2 flex size-11 items-center justify-center rounded-full bg-bad-soft text-bad">
        {away ? <CloudOff size={20} /> : <TriangleAlert size={20} />}
      </div>
      <p className="text-[13px] font-medium">{t.error.title}</p>
      <p className="max-w-md text-[13px] text-ink-3">{errorText(error, t)}</p>
      {error instanceof ApiError && error.requestId && (
        <p className="font-mono text-[11px] text-ink-3">{t.error.requestId(error.requestId)}</p>
      )}
      {onRetry && (
        <Button size="sm" className="mt-3" onClick={onRetry}>
          {t.action.retry}
        </Button>
      )}
    </div>
  );
}

export function FormError({ error }: { error: unknown }) {
  const { t } = useI18n();
  if (!error) return null;
  const named = error instanceof ApiError && error.fields.length > 0;
  return (
    <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-[13px] text-bad">
      {named ? t.error.invalid : errorText(error, t)}
    </p>
  );
}
