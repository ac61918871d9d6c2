import { useI18n } from "../../i18n";
import { Button } from "../../ui/Button";
import { CodeBlock } from "../../ui/Copy";
import { Dialog } from "../../ui/Drawer";

/** Shown once, to be handed over. */
export function OneTimePassword({ password, onClose }: { password: string; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog
      title={t.manage.operators.password}
      label={t.manage.operators.password}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t.action.done}
        </Button>
      }
    >
      <div className="flex flex-col gap-3 px-5 py-4">
        <p className="text-[13px] text-ink-2">{t.manage.operators.passwordHint}</p>
        <CodeBlock code={password} wrap />
      </div>
    </Dialog>
  );
}
