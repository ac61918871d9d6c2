import { useI18n } from "../../i18n";
import { CodeBlock } from "../../ui/Copy";
import { ReadOnce } from "../../ui/ReadOnce";

/** Shown once, to be handed over. */
export function OneTimePassword({ password, onClose }: { password: string; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <ReadOnce title={t.manage.operators.password} onClose={onClose}>
      <p className="text-[13px] text-ink-2">{t.manage.operators.passwordHint}</p>
      <CodeBlock code={password} wrap />
    </ReadOnce>
  );
}
