import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Ledger } from "../../api/types";
import { pushSample, windowStart, type Sample } from "./arithmetic";

const POLL_MS = 1_000;
const HOURS = 24;

export interface Counters extends Ledger {
  samples: Sample[];
}

const counters = (project: string | undefined) =>
  queryOptions({
    queryKey: ["counters", project ?? null],
    queryFn: async ({ client, queryKey, signal }): Promise<Counters> => {
      const now = Date.now();
      const answer = await api.get<Ledger>("/api/ledger", {
        params: { project, from: windowStart(now, HOURS) },
        signal,
      });
      const known = client.getQueryData<Counters>(queryKey)?.samples ?? [];
      const sample = { at: now, received: answer.totals.received };
      return { ...answer, samples: pushSample(known, sample) };
    },
    retry: false,
  });

/** The ledger of the last 24 hours, every second while the page is seen. */
export function useCounters(project: string | undefined, live: boolean) {
  return useQuery({ ...counters(project), refetchInterval: live ? POLL_MS : false });
}
