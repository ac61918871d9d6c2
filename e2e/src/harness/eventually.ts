export interface Patience {
  /** Gives up after this many milliseconds. */
  within?: number;
  /** Looks again after this many milliseconds. */
  every?: number;
}

/**
 * Runs `look` until it neither throws nor returns `undefined`, and returns what it found. The one
 * place in these tests that waits; what fails at the deadline is the last complaint of `look`.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  { within = 15_000, every = 50 }: Patience = {},
): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    let complaint: unknown = "not yet";
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      complaint = error;
    }
    if (Date.now() >= deadline) {
      throw new Error(`${what}: still not so after ${within} ms`, { cause: complaint });
    }
    await pause(every);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
