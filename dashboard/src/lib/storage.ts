/** Browser storage that may be forbidden (private windows, policies): then nothing is remembered. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`signalbox.${key}`);
    else localStorage.setItem(`signalbox.${key}`, value);
  } catch {
    // Not remembering is all that can be done.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`signalbox.${key}`);
  } catch {
    return null;
  }
}
