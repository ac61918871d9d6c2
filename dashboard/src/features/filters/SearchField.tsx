import { useEffect, useState } from "react";
import { SearchInput } from "../../ui/Input";

const SETTLED_MS = 250;

interface SearchFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onSettled: (value: string) => void;
  className?: string;
}

/** A search field that asks only when typing pauses. */
export function SearchField({ value, onSettled, ...rest }: SearchFieldProps) {
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
  return <SearchInput {...rest} value={draft} onChange={setDraft} />;
}
