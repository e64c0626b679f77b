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
