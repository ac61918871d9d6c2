import { Download } from "lucide-react";
import { useI18n } from "../i18n";
import { buttonClass } from "./Button";

export function DownloadLink({ href }: { href: string }) {
  const { t } = useI18n();
  return (
    <a className={buttonClass()} href={href} download>
      <Download aria-hidden size={15} className="text-ink-3" />
      {t.action.download}
    </a>
  );
}
