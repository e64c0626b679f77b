import './happening.css'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Sign } from '../../map/overlay/sign.tsx'
import { useTimeZone } from '../../ui/address.ts'
import { visible } from '../../ui/visible.ts'
import { phaseOf, type Happening } from './model/happening.ts'
import { glyphOf, lookOf, phaseWords, shapeOf, typeWords, whenWords } from './model/happening-words.ts'

export interface HappeningWordsProps {
  readonly happening: Happening
  readonly nowMs: number
  readonly conflicts?: number
}

/** One happening in a list: its sign, what it is, when and where. */
export function HappeningWords({ happening, nowMs, conflicts = 0 }: HappeningWordsProps) {
  const timeZone = useTimeZone()
  const phase = phaseOf(happening, nowMs)
  const { type, title, where } = happening
  return (
    <span className="happening" data-phase={phase}>
      <Sign shape={shapeOf(happening)} glyph={glyphOf(type)} look={lookOf(phase)} />
      <span className="happening-text">
        <span className="happening-title">
          {visible(title)}
          <span className="visually-hidden">, {typeWords(type)},</span>
        </span>
        <span className="happening-when">
          {phase === 'active' ? (
            <b>{phaseWords(happening, phase, nowMs)}</b>
          ) : (
            phase !== 'planned' && phaseWords(happening, phase, nowMs)
          )}
          {phase !== 'planned' && ' · '}
          {whenWords(happening, timeZone)}
          {where !== null && where !== title && ` · ${visible(where)}`}
        </span>
      </span>
      {conflicts > 0 && (
        <span
          className="happening-conflict"
          title={conflicts === 1 ? '1 conflict' : `${conflicts} conflicts`}
        >
          <IconAlertTriangle aria-hidden="true" />
          <span className="visually-hidden">{conflicts === 1 ? '1 conflict' : `${conflicts} conflicts`}</span>
        </span>
      )}
    </span>
  )
}
