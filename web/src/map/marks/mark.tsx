import { diamondPoints, SHAPES, UNKNOWN_RADIUS, type Shape } from './mark-shape.ts'

/** In lists every mark has the same room; on the map the worse is larger. */
const LIST_RADII: Record<Shape, number> = { circle: 10.5, square: 9.5, diamond: 13.5 }

/** One mark as it stands on the map: in the legend, in lists and in panels. Its meaning must stand beside it in words. */
export function Mark({ step, mark, size = 26 }: { step: number | null; mark: string; size?: number }) {
  if (step === null) {
    return (
      <svg className="mark" width={size} height={size} viewBox="-14 -14 28 28" aria-hidden="true">
        <circle r={UNKNOWN_RADIUS + 1} fill="none" stroke="var(--unknown)" strokeWidth="3" />
      </svg>
    )
  }
  const fill = `var(--step-${step})`
  const shape = SHAPES[step] ?? 'circle'
  const radius = LIST_RADII[shape]
  return (
    <svg className="mark" width={size} height={size} viewBox="-14 -14 28 28" aria-hidden="true">
      {shape === 'circle' && <circle r={radius} fill={fill} />}
      {shape === 'square' && (
        <rect x={-radius} y={-radius} width={radius * 2} height={radius * 2} rx="2.5" fill={fill} />
      )}
      {shape === 'diamond' && <polygon points={diamondPoints(radius)} fill={fill} />}
      <text
        y="0.5"
        textAnchor="middle"
        dominantBaseline="central"
        fontSize={mark.length > 1 ? 10 : 12}
        fontWeight="700"
        fill={`var(--ink-${step})`}
      >
        {mark}
      </text>
    </svg>
  )
}
