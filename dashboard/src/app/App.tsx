import { useEffect, useState } from "react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { me } from "../api/queries";
import { onSignedOut } from "../api/session";
import { I18nProvider, type Messages } from "../i18n";
import type { Lang } from "../i18n/lang";
import { ToastProvider } from "../ui/Toast";
import { createQueryClient } from "./queryClient";
import { createAppRouter } from "./router";

interface AppProps {
  lang: Lang;
  messages: Messages;
}

export function App({ lang, messages }: AppProps) {
  const [client] = useState(createQueryClient);
  const [router] = useState(() => createAppRouter(client));

  useEffect(
    () =>
      onSignedOut(() => {
        const { pathname, href } = router.state.location;
        if (pathname === "/login") return;
        client.removeQueries({ queryKey: me.queryKey });
        void router.navigate({ to: "/login", search: { next: href, expired: true } });
      }),
    [client, router],
  );

  return (
    <I18nProvider lang={lang} messages={messages}>
      <QueryClientProvider client={client}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>
    </I18nProvider>
  );
}
