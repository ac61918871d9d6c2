import { ChevronDown, ChevronUp } from "lucide-react";
import { useI18n } from "../../i18n";
import { IconButton } from "../../ui/Button";

interface StepButtonsProps<T> {
  /** The list a drawer was opened from, newest first. */
  around: T[];
  /** Where in it the drawer is; -1 when nowhere. */
  at: number;
  onGo: (item: T) => void;
}

/** Steps through a list without going back to it. */
export function StepButtons<T>({ around, at, onGo }: StepButtonsProps<T>) {
  const { t } = useI18n();
  const newer = around[at - 1];
  const older = at >= 0 ? around[at + 1] : undefined;
  return (
    <>
      <IconButton label={t.action.previous} disabled={!newer} onClick={() => newer && onGo(newer)}>
        <ChevronUp size={17} />
      </IconButton>
      <IconButton label={t.action.next} disabled={!older} onClick={() => older && onGo(older)}>
        <ChevronDown size={17} />
      </IconButton>
    </>
  );
}
