import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { me, projects } from "../api/queries";
import type { ProjectRef } from "../api/types";

/** Who is signed in. Behind the sign-in this is always known. */
export function useMe() {
  return useSuspenseQuery(me).data.operator;
}

export function useIsAdmin(): boolean {
  return useMe().role === "admin";
}

/** Whether the signed-in operator may change a project they belong to. */
export function useMayChange(): boolean {
  return useMe().role !== "viewer";
}

export function useProjects(): ProjectRef[] {
  const session = useSuspenseQuery(me).data;
  const { data } = useQuery({ ...projects, staleTime: 30_000 });
  return data ?? session.projects ?? [];
}

/** The project of the address, on pages below `/p/$project`. */
export function useProjectSlug(): string {
  return useParams({ strict: false }).project ?? "";
}
