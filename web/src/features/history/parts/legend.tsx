import { useTheme } from '../../../ui/theme/theme.ts'
import { DENSITY, FAMILY_COLOUR } from '../map/incident-style.ts'
import { SHAPES } from '../map/sign-shapes.ts'
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

/** What the marks of the map say. */
export function HistoryLegend({ marks }: { marks: Marks }) {
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
      {marks !== 'heat' && (
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
