import { useState } from "react";
import { Check, Copy as CopyIcon } from "lucide-react";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";
import { IconButton } from "./Button";
import { useToast } from "./Toast";

export function CopyButton({ text, className }: { text: string; className?: string }) {
  const { t } = useI18n();
  const toast = useToast();
  const [done, setDone] = useState(false);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), 1_500);
    } catch {
      toast(t.action.copyFailed, "bad");
    }
  }
  return (
    <IconButton
      label={done ? t.action.copied : t.action.copy}
      onClick={() => void copy()}
      {...(className ? { className } : {})}
    >
      {done ? <Check size={15} className="text-good" /> : <CopyIcon size={15} />}
    </IconButton>
  );
}

/** Code to read and take along. */
export function CodeBlock({ code, wrap }: { code: string; wrap?: boolean }) {
  return (
    <div className="group relative rounded-lg border border-line bg-sunken">
      <pre
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls on its own
        tabIndex={0}
        className={cx(
          "overflow-x-auto p-3.5 pr-11 text-xs leading-relaxed text-ink",
          wrap && "break-all whitespace-pre-wrap",
        )}
      >
        {code}
      </pre>
      <CopyButton text={code} className="absolute top-1.5 right-1.5" />
    </div>
  );
}
