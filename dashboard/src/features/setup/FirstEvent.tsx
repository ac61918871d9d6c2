import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useI18n } from "../../i18n";
import { useNow } from "../../lib/hooks";
import { buttonClass } from "../../ui/Button";
import { useFirstEvent } from "./useFirstEvent";

/** Whether anything has arrived yet, told the moment it has. */
export function FirstEvent({ project }: { project: string }) {
  const { t, fmt } = useI18n();
  const { data } = useFirstEvent(project);
  const now = useNow(1_000);
  if (!data) {
    return (
      <div
        role="status"
        className="flex items-center gap-3 rounded-lg border border-dashed border-line-strong px-4 py-3"
      >
        <span className="pulse-dot size-2.5 shrink-0 rounded-full bg-accent" />
        <div>
          <p className="text-[13px] font-medium">{t.setup.waiting}</p>
          <p className="text-xs text-ink-3">{t.setup.waitingHint}</p>
        </div>
      </div>
    );
  }
  const what = "event" in data ? t.data.kinds[data.event.kind] : t.data.detail.log;
  const at = "event" in data ? data.event.receivedAt : data.log.receivedAt;
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-3 rounded-lg bg-good-soft px-4 py-3"
    >
      <CircleCheck size={19} className="shrink-0 text-good" />
      <div className="grow">
        <p className="text-[13px] font-medium text-good">{t.setup.received}</p>
        <p className="text-xs text-ink-2">{t.setup.receivedHint(what, fmt.ago(at, now))}</p>
      </div>
      <Link to="/p/$project" params={{ project }} className={buttonClass("secondary", "sm")}>
        {t.setup.toOverview}
      </Link>
    </div>
  );
}
