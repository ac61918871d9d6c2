import { useSyncExternalStore } from "react";

/** Whether the server answers. Fed by the transport with every request it makes. */
export type Connection = "online" | "unreachable" | "offline";

let reachable = true;
const listeners = new Set<() => void>();

function notify(): void {
  for (const listener of listeners) listener();
}

export function reportReachable(now: boolean): void {
  if (reachable === now) return;
  reachable = now;
  notify();
}

export function connection(): Connection {
  if (!navigator.onLine) return "offline";
  return reachable ? "online" : "unreachable";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("online", notify);
  addEventListener("offline", notify);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    removeEventListener("online", notify);
    removeEventListener("offline", notify);
  };
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, connection);
}
