import type { ReactNode } from "react";
import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { Confirm } from "./Confirm";
import { useToast } from "./Toast";

interface ConfirmDangerProps {
  title: string;
  confirm: string;
  disabled?: boolean;
  /** What is asked about. */
  act: () => Promise<unknown>;
  /** What is no longer true after it. */
  stale: QueryKey[];
  /** Says that it is done. */
  done: string;
  onClose: () => void;
  children: ReactNode;
}

/** Asks, does away with something, and says so. */
export function ConfirmDanger({ act, stale, done, onClose, ...asked }: ConfirmDangerProps) {
  const toast = useToast();
  const client = useQueryClient();
  const deed = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
      toast(done);
      onClose();
    },
  });
  return (
    <Confirm
      {...asked}
      danger
      busy={deed.isPending}
      error={deed.error}
      onConfirm={() => deed.mutate()}
      onClose={onClose}
    />
  );
}
