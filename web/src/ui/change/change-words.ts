import { NOTICEABLE, SAME } from '../../analysis/finding.ts'

/** A figure against what it is compared with. */
export interface Change {
  /** Relative: 0.12 is 12 % more. */
  readonly change: number
  readonly measure: 'speed' | 'vehicles' | 'wait'
  readonly against: 'usual' | 'yesterday'
}

export interface ChangeWords {
  readonly arrow: '▲' | '▼' | ''
  readonly text: string
  readonly tone: 'better' | 'worse' | 'neutral'
}

const MORE = { speed: 'faster', vehicles: 'more', wait: 'longer' }
const LESS = { speed: 'slower', vehicles: 'fewer', wait: 'shorter' }
/** Beyond, a multiple is easier to grasp than a percentage. */
const MULTIPLE = 2

export function changeWords({ change, measure, against }: Change): ChangeWords {
  const than = against === 'usual' ? 'usual' : 'yesterday'
  if (Math.abs(change) < SAME) return { arrow: '', text: `as ${than}`, tone: 'neutral' }
  if (change > MULTIPLE) {
    return { arrow: '▲', text: `${(change + 1).toFixed(1)} × ${than}`, tone: toneOf(change, measure) }
  }
  const more = change > 0
  const share = `${Math.round(Math.abs(change) * 100)} %`
  const word = more ? MORE[measure] : LESS[measure]
  return { arrow: more ? '▲' : '▼', text: `${share} ${word} than ${than}`, tone: toneOf(change, measure) }
}

function toneOf(change: number, measure: Change['measure']): ChangeWords['tone'] {
  if (measure === 'vehicles' || Math.abs(change) < NOTICEABLE) return 'neutral'
  const good = measure === 'speed' ? change > 0 : change < 0
  return good ? 'better' : 'worse'
}
