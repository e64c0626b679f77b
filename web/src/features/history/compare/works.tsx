import { useQuery } from '@tanstack/react-query'
import { useAddress } from '../../../ui/address.ts'
import { ErrorNote } from '../../../ui/notes.tsx'
import { visible } from '../../../ui/visible.ts'
import { Computing } from '../analysis/computing.tsx'
import type { HistoryChoice } from '../model/choice.ts'
import { worksRows, worksWords, type WorksFound } from './place-words.ts'
import { worksQuery } from '../queries.ts'
import { RatioLine, RatioTicks } from './ratio-line.tsx'

const SHOWN = 12

/** Whether more is reported around road works and events while they last. */
export function Works({ choice }: { choice: HistoryChoice }) {
  const { data, error, refetch } = useQuery(worksQuery(choice))
  if (error !== null && data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />
  if (data?.result == null)
    return <Computing>Comparing the hours of works and events with other weeks.</Computing>
  if (data.result.places.length === 0)
    return (
      <p className="history-note">
        No road works or events lie within the record
        {data.result.out_of_record > 0 && ` (${data.result.out_of_record} lie before or after it)`}. They come
        in as the streams work-zones and events, by feeds or <code>arterial import</code>.
      </p>
    )
  return <Found found={data.result} />
}

function Found({ found }: { found: WorksFound }) {
  const { set } = useAddress()
  const { title, notes } = worksWords(found)
  return (
    <div className="comparison-answer">
      <h3>{title}</h3>
      <div className="ratio-alone">
        <RatioTicks />
        <RatioLine ratio={found.together} />
      </div>
      <table className="ratio-table">
        <thead>
          <tr>
            <th scope="col">Works or event</th>
            <th scope="col" className="ratio-scale">
              <span className="visually-hidden">During over matched weeks</span>
              <RatioTicks />
            </th>
            <th scope="col">Reported</th>
          </tr>
        </thead>
        <tbody>
          {worksRows(found, SHOWN).map(({ id, name, kind, ratio, words, figures, near, changed }) => (
            <tr key={id}>
              <th scope="row">
                {visible(name)}
                <span>
                  {kind} ·{' '}
                  <button
                    type="button"
                    className="text-button"
                    aria-label={`Before and after ${name}`}
                    onClick={() => set({ compare: 'place', near, changed })}
                  >
                    before and after
                  </button>
                </span>
              </th>
              <td className="ratio-scale">
                <RatioLine ratio={ratio} />
              </td>
              <td>
                {words}
                <span>{figures}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {notes.map(note => (
        <p key={note} className="history-note">
          {note}
        </p>
      ))}
    </div>
  )
}
