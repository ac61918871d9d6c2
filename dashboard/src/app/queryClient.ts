import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/errors";

/** Only what may heal by itself is tried again. */
export function shouldRetry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  return failures < 2 && (error.status === 0 || error.status >= 500);
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: shouldRetry,
        // Polling stops in hidden tabs and resumes at once when they show again.
        refetchIntervalInBackground: false,
        refetchOnWindowFocus: true,
      },
    },
  });
}
