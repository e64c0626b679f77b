import { DAY_MS } from '../../../../src/serve/contract/spans.ts'
import { Link, useSearchParams } from 'react-router'
import { useCityNowMs } from '../../api/live-context.tsx'
import { useAddress } from '../../ui/address.ts'
import { walkRows } from '../../ui/shortcuts.ts'
import { HappeningWords } from './happening-row.tsx'
import { isShown } from './model/calendar-overlay.ts'
import { phaseOf } from './model/happening.ts'
import { useConflicts, useHappenings } from './use-happenings.ts'

const ROWS = 5

/** What is on in the city, now and within a day; nothing where nothing is. */
export function TodayList() {
  const { happenings } = useHappenings()
  const nowMs = useCityNowMs(60_000)
  const conflicts = useConflicts(happenings)
  const { set } = useAddress()
  const [parameters] = useSearchParams()
  const on = happenings.filter(each => {
    const phase = phaseOf(each, nowMs)
    return !each.ground && !each.twin && isShown(each, phase, nowMs) && each.startMs - nowMs <= DAY_MS
  })
  if (on.length === 0) return null
  const rest = on.length - ROWS
  return (
    <div>
      <h2 className="panel-section">Now and in the next 24 hours</h2>
      <ul className="today-list" onKeyDown={walkRows}>
        {on.slice(0, ROWS).map(each => (
          <li key={each.key}>
            <button type="button" data-row onClick={() => set({ [each.kind]: each.id })}>
              <HappeningWords
                happening={each}
                nowMs={nowMs}
                conflicts={conflicts.filter(({ a, b }) => a === each || b === each).length}
              />
            </button>
          </li>
        ))}
      </ul>
      <Link className="text-button today-more" to={{ pathname: '/calendar', search: parameters.toString() }}>
        {rest > 0 ? `${rest} more in the calendar` : 'All in the calendar'}
      </Link>
    </div>
  )
}
