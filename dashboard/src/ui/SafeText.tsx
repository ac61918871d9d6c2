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
