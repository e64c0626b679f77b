import { useId } from 'react'
import { useAddress } from '../../../ui/address.ts'
import { count } from '../../../ui/format.ts'
import { walkRows } from '../../../ui/shortcuts.ts'
import { visible } from '../../../ui/visible.ts'
import { switched } from '../model/choice.ts'
import type { Bar } from '../model/figures.ts'

interface BarListProps {
  readonly title: string
  readonly caption: string
  readonly bars: readonly Bar[]
  readonly parameter: 'type' | 'community' | 'weather'
  readonly chosen: readonly string[]
  readonly note?: string | null
}

/** Counts as bars; each chooses what it counts, several may be chosen. */
export function BarList({ title, caption, bars, parameter, chosen, note = null }: BarListProps) {
  const heading = useId()
  const { set } = useAddress()
  return (
    <section className="history-card" aria-labelledby={heading}>
      <div className="history-card-head">
        <h2 id={heading}>{title}</h2>
        <p>{caption}</p>
      </div>
      <ul className="bar-list" onKeyDown={walkRows}>
        {bars.map(bar => {
          const { value } = bar
          return (
            <li key={value ?? ''}>
              <button
                type="button"
                data-row
                disabled={value === null}
                aria-pressed={bar.chosen}
                data-hidden={chosen.length > 0 && !bar.chosen}
                style={{ '--share': bar.share } as React.CSSProperties}
                onClick={() => value !== null && set({ [parameter]: switched(chosen, value), moment: null })}
              >
                <span>{visible(bar.label)}</span>
                <b>{count(bar.incidents)}</b>
              </button>
            </li>
          )
        })}
      </ul>
      {note !== null && <p className="history-note">{note}</p>}
    </section>
  )
}
