import './sign.css'
import { GLYPHS, type Glyph } from './glyphs.ts'
import { OUTLINES, type SignLook, type SignShape } from './sign-shape.ts'

interface SignProps {
  readonly shape: Exclude<SignShape, 'label'>
  readonly glyph: Glyph
  readonly look?: SignLook
  readonly size?: number
}

/** A sign as it stands on the map: in the legend, in lists and in panels. Its meaning must stand beside it in words. */
export function Sign({ shape, glyph, look = 'active', size = 24 }: SignProps) {
  const { path, glyphY, glyphPx } = OUTLINES[shape]
  return (
    <svg
      className="sign"
      width={size}
      height={size}
      viewBox="-17 -17 34 34"
      data-shape={shape}
      data-look={look}
      aria-hidden="true"
    >
      <path
        d={path}
        fill="var(--sign-fill)"
        stroke="var(--sign-line)"
        strokeWidth="1.75"
        strokeLinejoin="round"
        strokeDasharray={look === 'planned' ? '4 2.5' : undefined}
      />
      <g
        transform={`translate(0 ${glyphY}) scale(${glyphPx / 24}) translate(-12 -12)`}
        fill="none"
        stroke="var(--sign-ink)"
        strokeWidth="2.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <Strokes of={glyph} />
      </g>
      {look === 'off' && <path d="M-14 12L14 -12" stroke="var(--sign-line)" strokeWidth="2" />}
    </svg>
  )
}

/** The small picture alone, as large as the text beside it. */
export function GlyphIcon({ of, size = 20 }: { of: Glyph; size?: number }) {
  return (
    <svg
      className="glyph"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <Strokes of={of} />
    </svg>
  )
}

function Strokes({ of }: { of: Glyph }) {
  return GLYPHS[of].map(path => <path key={path} d={path} />)
}
