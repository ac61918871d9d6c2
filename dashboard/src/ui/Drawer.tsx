import { useEffect, useRef, type ReactNode } from "react";
import { X } from "lucide-react";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";
import { IconButton } from "./Button";

interface SheetProps {
  title: ReactNode;
  /** Read by screen readers when the title is not plain text. */
  label: string;
  onClose: () => void;
  actions?: ReactNode;
  footer?: ReactNode;
  children: ReactNode;
}

interface ModalProps extends SheetProps {
  shape: string;
}

/** Both kinds of sheet: the browser's own dialog keeps focus inside, closes on Escape, gives it back. */
function Modal({ title, label, onClose, actions, footer, children, shape }: ModalProps) {
  const { t } = useI18n();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    // Presses on the backdrop arrive at the dialog itself; the keyboard has Escape.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={ref}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      className={cx("flex-col bg-raised p-0 text-ink shadow-float open:flex", shape)}
    >
      <header className="flex shrink-0 items-center gap-2 border-b border-line px-5 py-3">
        <div className="min-w-0 grow text-[15px] font-semibold">{title}</div>
        {actions}
        <IconButton label={t.action.close} onClick={onClose}>
          <X size={17} />
        </IconButton>
      </header>
      <div className="min-h-0 grow overflow-y-auto">{children}</div>
      {footer && (
        <footer className="flex shrink-0 flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
          {footer}
        </footer>
      )}
    </dialog>
  );
}

export function Drawer(props: SheetProps) {
  return (
    <Modal
      {...props}
      shape="drawer m-0 ml-auto h-dvh max-h-dvh w-full max-w-[680px] border-l border-line"
    />
  );
}

export function Dialog(props: SheetProps) {
  return (
    <Modal
      {...props}
      shape="pop-in m-auto max-h-[88dvh] w-[calc(100%-2rem)] max-w-lg rounded-2xl border border-line"
    />
  );
}
