import { sparkPath } from './spark-path.ts'

export interface SparkProps {
  readonly values: readonly (number | null)[]
  readonly baseline?: readonly (number | null)[] | null
  readonly width: number
  readonly height: number
  /** What it says, for those who do not see it. */
  readonly label: string
}

/** A line no larger than a word; the baseline is drawn quietly behind. */
export function Spark({ values, baseline, width, height, label }: SparkProps) {
  const known = [...values, ...(baseline ?? [])].filter(value => value !== null)
  const range = [Math.min(0, ...known), Math.max(...known, 0.0001)] as const
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {baseline !== undefined && baseline !== null && (
        <path
          d={sparkPath(baseline, width, height, range)}
          fill="none"
          stroke="var(--line-strong)"
          strokeWidth="1"
          strokeDasharray="2 2"
          vectorEffect="non-scaling-stroke"
        />
      )}
      <path
        d={sparkPath(values, width, height, range)}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}
