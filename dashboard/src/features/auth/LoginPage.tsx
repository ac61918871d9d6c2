import { useState, type FormEvent } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { api } from "../../api/client";
import { ApiError } from "../../api/errors";
import { me } from "../../api/queries";
import { setCsrfToken } from "../../api/session";
import type { Session } from "../../api/types";
import { useI18n } from "../../i18n";
import { useNow } from "../../lib/hooks";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Input } from "../../ui/Input";
import { errorText } from "../../ui/states";
import { AuthLayout } from "./AuthLayout";
import { PasswordInput } from "./PasswordInput";

/** When the server does not say how long to wait. */
const DEFAULT_LOCK_S = 30;

export function LoginPage() {
  const { t } = useI18n();
  const { next, expired } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const router = useRouter();
  const client = useQueryClient();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [lockedUntil, setLockedUntil] = useState(0);
  const now = useNow(500);
  const waitS = Math.max(0, Math.ceil((lockedUntil - now) / 1_000));

  const signIn = useMutation({
    mutationFn: () => api.post<Session>("/api/auth/login", { username, password }),
    onSuccess: async (session) => {
      setCsrfToken(session.csrfToken);
      client.clear();
      await client.fetchQuery(me);
      if (next) router.history.push(next);
      else await navigate({ to: "/" });
    },
    onError: (error) => {
      setPassword("");
      if (error instanceof ApiError && error.status === 429) {
        setLockedUntil(Date.now() + (error.retryAfterS ?? DEFAULT_LOCK_S) * 1_000);
      }
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (waitS === 0) signIn.mutate();
  }

  return (
    <AuthLayout title={t.app.name} lead={expired ? t.access.expired : t.access.lead}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t.access.username}>
          {(control) => (
            <Input
              {...control}
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              // The page has one purpose; the field is its start.
              // eslint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.access.password}>
          {(control) => (
            <PasswordInput
              {...control}
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Problem error={signIn.error} waitS={waitS} />
        <Button type="submit" variant="primary" busy={signIn.isPending} disabled={waitS > 0}>
          {signIn.isPending ? t.access.signingIn : t.access.signIn}
        </Button>
      </form>
      <p className="mt-4 text-center text-xs text-ink-3">{t.access.firstStart}</p>
    </AuthLayout>
  );
}

function Problem({ error, waitS }: { error: Error | null; waitS: number }) {
  const { t } = useI18n();
  let text: string | null = null;
  if (waitS > 0) text = t.access.locked(waitS);
  else if (error instanceof ApiError && error.status === 401) text = t.access.wrong;
  else if (error && !(error instanceof ApiError && error.status === 429)) text = errorText(error, t);
  if (!text) return null;
  return (
    <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-[13px] text-bad">
      {text}
    </p>
  );
}
