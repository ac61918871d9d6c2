import { queryOptions } from "@tanstack/react-query";
import { api, path } from "./client";
import { setCsrfToken } from "./session";
import type {
  Key,
  Ledger,
  OperatorRecord,
  Page,
  Project,
  QueryRequest,
  QueryResult,
  Session,
  Settings,
  SystemStatus,
} from "./types";

/** Everything read by more than one page, with the one cache key it lives under. */
export const me = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    const session = await api.get<Session>("/api/auth/me", { signal });
    setCsrfToken(session.csrfToken);
    return session;
  },
  staleTime: 60_000,
  retry: false,
});

export const projects = queryOptions({
  queryKey: ["projects"],
  queryFn: async ({ signal }) => (await api.get<Page<Project>>("/api/projects", { signal })).items,
});

export const project = (slug: string) =>
  queryOptions({
    queryKey: ["project", slug],
    queryFn: ({ signal }) => api.get<Project>(path`/api/projects/${slug}`, { signal }),
  });

export const settings = (slug: string) =>
  queryOptions({
    queryKey: ["project", slug, "settings"],
    queryFn: ({ signal }) => api.get<Settings>(path`/api/projects/${slug}/settings`, { signal }),
  });

export const keys = (slug: string) =>
  queryOptions({
    queryKey: ["project", slug, "keys"],
    queryFn: async ({ signal }) =>
      (await api.get<Page<Key>>(path`/api/projects/${slug}/keys`, { signal })).items,
  });

export const operators = queryOptions({
  queryKey: ["operators"],
  queryFn: async ({ signal }) =>
    (await api.get<Page<OperatorRecord>>("/api/operators", { signal })).items,
});

export const system = queryOptions({
  queryKey: ["system"],
  queryFn: ({ signal }) => api.get<SystemStatus>("/api/system", { signal }),
});

export interface LedgerRange {
  project?: string | undefined;
  from: string;
  to?: string | undefined;
}

export const ledger = (range: LedgerRange) =>
  queryOptions({
    queryKey: ["ledger", range],
    queryFn: ({ signal }) => api.get<Ledger>("/api/ledger", { params: { ...range }, signal }),
  });

export const query = (slug: string, request: QueryRequest) =>
  queryOptions({
    queryKey: ["project", slug, "query", request],
    queryFn: async () =>
      api.post<QueryResult>(path`/api/projects/${slug}/query`, request),
  });
