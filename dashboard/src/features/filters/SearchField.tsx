import { useEffect, useState } from "react";
import { useI18n } from "../../i18n";
import { SearchInput } from "../../ui/Input";

const SETTLED_MS = 250;

interface SearchFieldProps {
  placeholder: string;
  value: string;
  onSettled: (value: string) => void;
}

/** A search field that asks only when typing pauses. */
export function SearchField({ placeholder, value, onSettled }: SearchFieldProps) {
  const { t } = useI18n();
  const [draft, setDraft] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed by other means (back, a cleared filter): follow it.
  if (value !== known) {
    setKnown(value);
    setDraft(value);
  }
  useEffect(() => {
    if (draft.trim() === value) return;
    const timer = setTimeout(() => onSettled(draft.trim()), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [draft, value, onSettled]);
  return (
    <SearchInput
      label={t.data.search}
      placeholder={placeholder}
      className="w-full sm:w-72"
      value={draft}
      onChange={setDraft}
    />
  );
}
