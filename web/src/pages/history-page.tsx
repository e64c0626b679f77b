import './history-page.css'
import './panel.css'
import { useCallback } from 'react'
import { HistoryView } from '../features/history/history-view.tsx'
import { IncidentPanel } from '../features/history/incident-panel.tsx'
import { useAddress } from '../ui/address.ts'
import { useShortcut } from '../ui/shortcuts.ts'

/** The incident record; one incident of it stands beside. */
export function HistoryPage() {
  const { history, view, set } = useAddress()
  const back = useCallback(() => set({ incident: null }), [set])
  const toggle = useCallback(() => set({ view: view === 'map' ? 'table' : null }), [set, view])
  useShortcut('Escape', back)
  useShortcut('t', toggle)
  return (
    <div className="history-page" data-detail={history.incident !== null}>
      <div className="history-main">
        <HistoryView />
      </div>
      {history.incident !== null && (
        <div className="history-panel">
          <IncidentPanel key={history.incident} id={history.incident} />
        </div>
      )}
    </div>
  )
}
