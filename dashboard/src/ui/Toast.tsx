import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from "react";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useI18n } from "../i18n";
import { IconButton } from "./Button";

interface Toast {
  id: number;
  tone: "good" | "bad";
  text: string;
}

type Show = (text: string, tone?: Toast["tone"]) => void;

const SHOWN_MS = 5_000;
/** Older ones make room. */
const MOST = 4;

const Context = createContext<Show>(() => undefined);

export function useToast(): Show {
  return use(Context);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(0);
  const dismiss = useCallback((id: number) => {
    setToasts((all) => all.filter((toast) => toast.id !== id));
  }, []);
  const show = useCallback<Show>(
    (text, tone = "good") => {
      const id = (next.current += 1);
      setToasts((all) => [...all, { id, tone, text }].slice(-MOST));
      setTimeout(() => dismiss(id), SHOWN_MS);
    },
    [dismiss],
  );
  const value = useMemo(() => show, [show]);
  return (
    <Context value={value}>
      {children}
      <div
        role="region"
        aria-label={t.toast.label}
        aria-live="polite"
        className="pointer-events-none fixed right-4 bottom-4 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2"
      >
        {toasts.map((toast) => (
          <div
            key={toast.id}
            className="pop-in pointer-events-auto flex items-center gap-2.5 rounded-xl border border-line bg-raised py-2 pr-2 pl-3.5 text-[13px] shadow-float"
          >
            {toast.tone === "good" ? (
              <CircleCheck size={17} className="shrink-0 text-good" />
            ) : (
              <CircleAlert size={17} className="shrink-0 text-bad" />
            )}
            <span className="grow">{toast.text}</span>
            <IconButton label={t.toast.dismiss} onClick={() => dismiss(toast.id)}>
              <X size={15} />
            </IconButton>
          </div>
        ))}
      </div>
    </Context>
  );
}
