/** The two facts about the sign-in that the transport needs; kept out of React and of storage. */
let csrf: string | null = null;
const listeners = new Set<() => void>();

export function setCsrfToken(token: string | null): void {
  csrf = token;
}

export function csrfToken(): string | null {
  return csrf;
}

/** Told whenever the server says that nobody is signed in any more. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function signedOut(): void {
  csrf = null;
  for (const listener of listeners) listener();
}
