import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { ApiError } from "../api/errors";
import { useI18n } from "../i18n";
import { buttonClass } from "../ui/Button";
import { EmptyState, ErrorState, SkeletonRows } from "../ui/states";

export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useI18n();
  if (error instanceof ApiError) return <ErrorState error={error} onRetry={reset} />;
  return (
    <EmptyState
      title={t.error.page}
      hint={t.error.pageHint}
      action={
        <button type="button" className={buttonClass()} onClick={() => location.reload()}>
          {t.action.refresh}
        </button>
      }
    />
  );
}

export function PageMissing() {
  const { t } = useI18n();
  return (
    <EmptyState
      icon={<Compass size={20} />}
      title={t.error.missingPage}
      hint={t.error.missingPageHint}
      action={
        <Link to="/" className={buttonClass("primary")}>
          {t.error.home}
        </Link>
      }
    />
  );
}

export function PagePending() {
  return <SkeletonRows rows={8} />;
}
