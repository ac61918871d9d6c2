/** A semaphore signal with two arms. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 32 32">
      <rect width="32" height="32" rx="8" fill="#0b6e69" />
      <rect x="11.5" y="5.5" width="3" height="20" rx="1.5" fill="#fff" />
      <path d="M13 8.2 22.2 4.8a1 1 0 0 1 1.3.6l1 2.7a1 1 0 0 1-.6 1.3L14.7 12.7z" fill="#ffb224" />
      <path d="M13 17.2l9.2-3.4a1 1 0 0 1 1.3.6l1 2.7a1 1 0 0 1-.6 1.3l-9.2 3.3z" fill="#8de3d9" />
      <rect x="7" y="24.6" width="12" height="2.4" rx="1.2" fill="#fff" />
    </svg>
  );
}

export function Logo() {
  return (
    <span className="flex items-center gap-2.5 text-[15px] font-semibold tracking-tight">
      <Mark />
      Signalbox
    </span>
  );
}
