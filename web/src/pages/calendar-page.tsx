import './calendar-page.css'
import './panel.css'
import { useCallback } from 'react'
import { CalendarView } from '../features/calendar/calendar-view.tsx'
import { HappeningPanel } from '../features/calendar/happening-panel.tsx'
import { useAddress } from '../ui/address.ts'
import { useShortcut } from '../ui/shortcuts.ts'

/** What takes place in the city over days; what is chosen stands beside it. */
export function CalendarPage() {
  const { choice, set } = useAddress()
  const shown =
    choice?.kind === 'event' || choice?.kind === 'zone' ? { kind: choice.kind, id: choice.id } : null
  const back = useCallback(() => set({ event: null, zone: null }), [set])
  useShortcut('Escape', back)
  return (
    <div className="calendar-page" data-detail={shown !== null}>
      <CalendarView />
      {shown !== null && (
        <div className="calendar-panel">
          <HappeningPanel key={`${shown.kind}:${shown.id}`} kind={shown.kind} id={shown.id} />
        </div>
      )}
    </div>
  )
}
