const WIDTH = 120;
const HEIGHT = 32;
const SECONDS = 60;

/** The last minute as a line; it needs no axis, only a shape. */
export function RateLine({ values, label }: { values: number[]; label: string }) {
  const top = Math.max(1, ...values);
  const step = WIDTH / (SECONDS - 1);
  const points = values.map((value, index) => {
    const x = WIDTH - (values.length - 1 - index) * step;
    return `${x.toFixed(1)},${(HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)}`;
  });
  const start = (WIDTH - (values.length - 1) * step).toFixed(1);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-8 w-full overflow-visible"
    >
      <line
        x1="0"
        x2={WIDTH}
        y1={HEIGHT - 1}
        y2={HEIGHT - 1}
        className="stroke-line"
        vectorEffect="non-scaling-stroke"
      />
      {points.length > 1 && (
        <>
          <polygon
            points={`${start},${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`}
            className="fill-accent/12"
          />
          <polyline
            points={points.join(" ")}
            fill="none"
            strokeWidth="1.5"
            strokeLinejoin="round"
            className="stroke-accent"
            vectorEffect="non-scaling-stroke"
          />
        </>
      )}
    </svg>
  );
}
