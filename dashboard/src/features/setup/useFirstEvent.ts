import { useQuery } from "@tanstack/react-query";
import type { LogLine, TelemetryEvent } from "../../api/types";
import { loadEvents } from "../events/model";
import { loadLogs } from "../logs/model";

const POLL_MS = 2_000;

export type First = { event: TelemetryEvent } | { log: LogLine };

/** The newest thing the project ever sent, asked for until there is one. */
export function useFirstEvent(project: string) {
  return useQuery({
    queryKey: ["project", project, "first"],
    queryFn: async ({ signal }): Promise<First | null> => {
      const { items: events } = await loadEvents(project, { from: "-30d" }, 1, signal);
      if (events[0]) return { event: events[0] };
      const { items: logs } = await loadLogs(project, { from: "-30d" }, 1, signal);
      return logs[0] ? { log: logs[0] } : null;
    },
    refetchInterval: (query) => (query.state.data ? false : POLL_MS),
    staleTime: 60_000,
  });
}
