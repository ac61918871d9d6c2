import type { ReactNode } from "react";
import { useI18n } from "../i18n";
import { Button } from "./Button";
import { Dialog } from "./Drawer";

interface ReadOnceProps {
  title: string;
  /** Read by screen readers instead of the title. */
  label?: string;
  onClose: () => void;
  children: ReactNode;
}

/** The one moment in which something can be read and copied. */
export function ReadOnce({ title, label = title, onClose, children }: ReadOnceProps) {
  const { t } = useI18n();
  return (
    <Dialog
      title={title}
      label={label}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t.action.done}
        </Button>
      }
    >
      <div className="flex flex-col gap-4 px-5 py-4">{children}</div>
    </Dialog>
  );
}
