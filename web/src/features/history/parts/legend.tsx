import { useTheme } from '../../../ui/theme/theme.ts'
import { STANDING_COLOUR } from '../map/area-style.ts'
import { DENSITY, FAMILY_COLOUR } from '../map/incident-style.ts'
import { SHAPES } from '../map/sign-shapes.ts'
import { standingsOf, type Hotspots, type Standing } from '../model/hotspots.ts'
import type { Marks } from '../model/places.ts'
import { FAMILIES, type Family } from '../model/words.ts'

export function FamilySign({ family }: { family: Family }) {
  const theme = useTheme()
  return (
    <svg className="family-sign" viewBox="0 0 20 20" width="14" height="14" aria-hidden="true">
      <path d={SHAPES[family]} fill={FAMILY_COLOUR[theme][family]} />
    </svg>
  )
}

const HEXAGON = 'M10 1.5 17.4 5.75v8.5L10 18.5 2.6 14.25v-8.5Z'
const DASHES: Partial<Record<Standing, string>> = { fading: '4 2.5', cold: '1.5 2.5' }

/** A hexagon with the line that it has on the map. */
export function StandingSign({ standing }: { standing: Standing }) {
  const theme = useTheme()
  if (standing === 'usual') return null
  return (
    <svg className="family-sign" viewBox="0 0 20 20" width="14" height="14" aria-hidden="true">
      <path
        d={HEXAGON}
        fill="none"
        stroke={STANDING_COLOUR[theme][standing]}
        strokeWidth={standing === 'emerging' ? 3.25 : 2}
        strokeDasharray={DASHES[standing]}
      />
    </svg>
  )
}

interface LegendProps {
  readonly marks: Marks
  readonly hotspots: Hotspots | null
}

/** What the marks of the map say. */
export function HistoryLegend({ marks, hotspots }: LegendProps) {
  const theme = useTheme()
  return (
    <div className="history-legend">
      {marks !== 'points' && (
        <p>
          few
          <span
            className="history-density"
            style={{ background: `linear-gradient(90deg, ${DENSITY[theme].join(', ')})` }}
          />
          many
        </p>
      )}
      {marks === 'hexes' && hotspots !== null && (
        <ul>
          {standingsOf(hotspots).map(({ standing, label }) => (
            <li key={standing}>
              <StandingSign standing={standing} /> {label}
            </li>
          ))}
        </ul>
      )}
      {(marks === 'clusters' || marks === 'points') && (
        <ul>
          {FAMILIES.map(({ family, label }) => (
            <li key={family}>
              <FamilySign family={family} /> {label}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
