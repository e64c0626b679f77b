import { useUnits, useAddress } from '../../ui/address.ts'
import { useLiveSlice } from '../../api/live-context.tsx'
import { useOfCity } from '../../api/public-city.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import type { Units } from '../../ui/format.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { switchShortcuts, useShortcutsOn } from '../../ui/shortcuts.ts'
import { chooseTheme, useThemeChoice, type ThemeChoice } from '../../ui/theme/theme.ts'
import './display-dialog.css'

const THEMES: readonly { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]
const UNITS: readonly { value: Units; label: string }[] = [
  { value: 'metric', label: 'Metric (km/h)' },
  { value: 'us', label: 'US (mph)' },
]

/** How the page looks to you; nothing of it touches the city. */
export function DisplayDialog({ onClose, onKeys }: { onClose: () => void; onKeys?: () => void }) {
  const theme = useThemeChoice()
  const units = useUnits()
  const ofCity = useOfCity(({ units: own }) => own) ?? 'metric'
  const shortcuts = useShortcutsOn()
  const version = useLiveSlice(view => view.state?.status.version ?? '')
  const { set } = useAddress()
  return (
    <Dialog title="Display" onClose={onClose}>
      <div className="display-row">
        <span>Theme</span>
        <Segmented label="Theme" value={theme} options={THEMES} onChange={chooseTheme} />
      </div>
      <div className="display-row">
        <span>Units</span>
        <Segmented
          label="Units"
          value={units}
          options={UNITS}
          onChange={next => set({ units: next === ofCity ? null : next })}
        />
      </div>
      <div className="display-row">
        <span>Single-key shortcuts</span>
        <Segmented
          label="Single-key shortcuts"
          value={shortcuts ? 'on' : 'off'}
          options={[
            { value: 'on', label: 'On' },
            { value: 'off', label: 'Off' },
          ]}
          onChange={next => switchShortcuts(next === 'on')}
        />
      </div>
      <div className="display-row">
        {onKeys !== undefined && (
          <button type="button" className="button" onClick={onKeys}>
            All keys
          </button>
        )}
        {version !== '' && <span className="display-version">Arterial {version}</span>}
      </div>
    </Dialog>
  )
}
