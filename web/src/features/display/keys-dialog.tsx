import { Dialog } from '../../ui/dialog.tsx'
import './display-dialog.css'

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['Search sites and districts', ['/']],
  ['Map or table', ['t']],
  ['Live page', ['l']],
  ['Calendar page', ['c']],
  ['History page', ['h']],
  ['Data page', ['d']],
  ['Calendar: earlier, later', ['←', '→']],
  ['Calendar: today', ['n']],
  ['Next, previous row', ['j', 'k']],
  ['First, last row', ['Home', 'End']],
  ['Open the row', ['Enter']],
  ['Back to the city', ['Esc']],
  ['Move the map', ['←', '→', '↑', '↓']],
  ['Zoom the map', ['+', '−']],
  ['Read a chart off', ['←', '→']],
  ['These keys', ['?']],
]

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([label, keys]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {keys.map(key => (
                <kbd className="kbd" key={key}>
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
