import { useTheme } from '../../../ui/theme/theme.ts'
import { STANDING_COLOUR } from '../map/area-style.ts'
import { DENSITY, FAMILY_COLOUR } from '../map/incident-style.ts'
import { SHAPES } from '../map/sign-shapes.ts'
import type { Spots, Standing, Way } from '../hotspots/spots.ts'
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

const DISC = 'M10 2a8 8 0 1 1 0 16a8 8 0 1 1 0-16Z'

/** A hexagon or a disc with the line that it has on the map. */
export function StandingSign({ standing, way }: { standing: Standing; way: Way }) {
  const theme = useTheme()
  if (standing === 'usual') return <span className="family-sign" />
  return (
    <svg className="family-sign" viewBox="0 0 20 20" width="14" height="14" aria-hidden="true">
      <path
        d={way === 'cells' ? HEXAGON : DISC}
        fill="none"
        stroke={STANDING_COLOUR[theme][standing]}
        strokeWidth={standing === 'emerging' ? 3.25 : 2}
        // A disc on the map is whole: what faded is pale.
        strokeDasharray={way === 'cells' ? DASHES[standing] : undefined}
      />
    </svg>
  )
}

interface LegendProps {
  readonly marks: Marks
  readonly spots: Spots | null
}

/** What the marks of the map say. */
export function HistoryLegend({ marks, spots }: LegendProps) {
  const theme = useTheme()
  const [few, many] = (marks === 'hexes' ? spots?.scale : undefined) ?? ['few', 'many']
  return (
    <div className="history-legend">
      {marks !== 'points' && (
        <p>
          {few}
          <span
            className="history-density"
            style={{ background: `linear-gradient(90deg, ${DENSITY[theme].join(', ')})` }}
          />
          {many}
        </p>
      )}
      {marks === 'hexes' && spots !== null && (
        <ul>
          {spots.legend.map(({ standing, label }) => (
            <li key={standing}>
              <StandingSign standing={standing} way={spots.way} /> {label}
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
