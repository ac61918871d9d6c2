import { cx } from "../lib/cx";
import { segments } from "../lib/visible";

/** Text from outside: characters that would not show are shown as what they are. */
export function SafeText({ text }: { text: string }) {
  return (
    <>
      {segments(text).map((segment, index) =>
        segment.control ? (
          <span key={index} className="ctl">
            {segment.text}
          </span>
        ) : (
          segment.text
        ),
      )}
    </>
  );
}

/** Text of any length in a box that scrolls on its own. */
export function LongText({ text, className }: { text: string; className: string }) {
  return (
    <pre
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- reachable by keyboard
      tabIndex={0}
      className={cx(
        "overflow-auto rounded-lg border border-line bg-sunken p-3 text-xs leading-relaxed break-words whitespace-pre-wrap",
        className,
      )}
    >
      <SafeText text={text} />
    </pre>
  );
}
