import type { ReactNode } from "react";
import { useI18n } from "../i18n";
import { Button } from "./Button";
import { Dialog } from "./Drawer";
import { FormError } from "./states";

interface ConfirmProps {
  title: string;
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  disabled?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something that cannot be taken back. */
export function Confirm(props: ConfirmProps) {
  const { t } = useI18n();
  return (
    <Dialog
      title={props.title}
      label={props.title}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t.action.cancel}</Button>
          <Button
            variant={props.danger ? "danger" : "primary"}
            busy={props.busy ?? false}
            disabled={props.disabled}
            onClick={props.onConfirm}
          >
            {props.confirm}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 px-5 py-4 text-[13px] text-ink-2">
        {props.children}
        <FormError error={props.error} />
      </div>
    </Dialog>
  );
}
