import { diamondPoints, RADII, SHAPES, UNKNOWN_RADIUS } from './mark-shape.ts'

/** One mark as it stands on the map: in the legend, in lists and in panels. Its meaning must stand beside it in words. */
export function Mark({ step, mark, size = 22 }: { step: number | null; mark: string; size?: number }) {
  if (step === null) {
    return (
      <svg className="mark" width={size} height={size} viewBox="-16 -16 32 32" aria-hidden="true">
        <circle r={UNKNOWN_RADIUS + 1} fill="none" stroke="var(--unknown)" strokeWidth="3" />
      </svg>
    )
  }
  const radius = RADII[step] ?? 9
  const fill = `var(--step-${step})`
  const shape = SHAPES[step]
  return (
    <svg className="mark" width={size} height={size} viewBox="-16 -16 32 32" aria-hidden="true">
      {shape === 'circle' && <circle r={radius} fill={fill} />}
      {shape === 'square' && (
        <rect x={-radius} y={-radius} width={radius * 2} height={radius * 2} rx="2.5" fill={fill} />
      )}
      {shape === 'diamond' && <polygon points={diamondPoints(radius)} fill={fill} />}
      <text
        y="0.5"
        textAnchor="middle"
        dominantBaseline="central"
        fontSize={mark.length > 1 ? 9 : 11}
        fontWeight="700"
        fill={`var(--ink-${step})`}
      >
        {mark}
      </text>
    </svg>
  )
}
