import { changeWords, type Change } from './change-words.ts'

/** "▼ 12 % slower than usual": arrow, figure and words, so that neither colour nor arrow stands alone. */
export function ChangeNote({ change }: { change: Change | null }) {
  if (change === null) return null
  const { arrow, text, tone } = changeWords(change)
  return (
    <span className="change" data-tone={tone}>
      {arrow !== '' && (
        <span className="arrow" aria-hidden="true">
          {arrow}{' '}
        </span>
      )}
      {text}
    </span>
  )
}

/** "▼ 12 %" where there is little room: the words are in the tooltip and for screen readers. */
export function ShortChange({ change }: { change: Change }) {
  const { arrow, text, tone } = changeWords(change)
  return (
    <span className="change" data-tone={tone} title={text}>
      {arrow === '' ? (
        text
      ) : (
        <>
          <span className="arrow" aria-hidden="true">
            {arrow}
          </span>
          <span aria-hidden="true"> {Math.round(Math.abs(change.change) * 100)} %</span>
          <span className="visually-hidden">{text}</span>
        </>
      )}
    </span>
  )
}
