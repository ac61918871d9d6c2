import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import type { en } from "./en";
import { createFormat, type Format } from "./format";
import { rememberLang, type Lang } from "./lang";

/** Every catalogue has exactly the English one's shape. */
export type Messages = typeof en;

interface I18n {
  lang: Lang;
  t: Messages;
  fmt: Format;
  setLang: (lang: Lang) => void;
}

const Context = createContext<I18n | null>(null);

export async function loadMessages(lang: Lang): Promise<Messages> {
  return lang === "zh" ? (await import("./zh")).zh : (await import("./en")).en;
}

interface ProviderProps {
  lang: Lang;
  messages: Messages;
  children: ReactNode;
}

export function I18nProvider(props: ProviderProps) {
  const [state, setState] = useState({ lang: props.lang, t: props.messages });
  const setLang = useCallback((lang: Lang) => {
    void loadMessages(lang).then((t) => {
      rememberLang(lang);
      setState({ lang, t });
    });
  }, []);
  const value = useMemo(
    () => ({ ...state, fmt: createFormat(state.lang), setLang }),
    [state, setLang],
  );
  return <Context value={value}>{props.children}</Context>;
}

export function useI18n(): I18n {
  const value = use(Context);
  if (!value) throw new Error("I18nProvider is missing");
  return value;
}
