import { useQuery } from "@tanstack/react-query";
import type { TelemetryEvent } from "../../api/types";
import { useI18n } from "../../i18n";
import { Badge, Dot } from "../../ui/Badge";
import { Drawer } from "../../ui/Drawer";
import { ErrorState, SkeletonRows } from "../../ui/states";
import { StepButtons } from "../feed/StepButtons";
import { EventDetail } from "./EventDetail";
import { eventKey, kindColor, loadEvent } from "./model";

interface EventDrawerProps {
  project: string;
  eventKey: string;
  /** The list it was opened from, to step through. */
  around: TelemetryEvent[];
  onGo: (event: TelemetryEvent) => void;
  onClose: () => void;
}

export function EventDrawer({ project, eventKey: key, around, onGo, onClose }: EventDrawerProps) {
  const { t } = useI18n();
  const detail = useQuery({
    queryKey: ["project", project, "event", key],
    queryFn: ({ signal }) => loadEvent(project, key, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const at = around.findIndex((event) => eventKey(event) === key);
  const event = detail.data?.event ?? around[at];

  return (
    <Drawer
      label={t.data.detail.event}
      title={
        event ? (
          <span className="flex items-center gap-2">
            <Dot color={kindColor(event.kind)} />
            {t.data.kinds[event.kind] ?? event.kind}
            {event.class && (
              <Badge tone="bad">
                {t.data.classes[event.class as keyof typeof t.data.classes] ?? event.class}
              </Badge>
            )}
          </span>
        ) : (
          t.data.detail.event
        )
      }
      onClose={onClose}
      actions={at >= 0 && <StepButtons around={around} at={at} onGo={onGo} />}
    >
      {event ? (
        <EventDetail project={project} event={event} rows={detail.data?.rows ?? 1} />
      ) : detail.isError ? (
        <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </Drawer>
  );
}
