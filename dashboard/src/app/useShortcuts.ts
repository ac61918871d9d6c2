import { useEffect } from "react";

/** `/` goes to the page's search field, unless someone is already typing. */
export function useShortcuts(scope: string): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (target.closest("input, textarea, select, dialog, [contenteditable]")) return;
      const field = document.querySelector<HTMLInputElement>("main [data-search]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    }
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [scope]);
}
