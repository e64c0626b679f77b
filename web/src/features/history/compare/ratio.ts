import { count } from '../../../ui/format.ts'

export interface Ratio {
  /** Null: without end. */
  readonly value: number | null
  readonly low: number
  readonly high: number | null
}

/** "23 % more (5 % to 44 % more)"; a change that chance would make too is said to be perhaps none. */
export function ratioWords(ratio: Ratio | null, than: string): string {
  if (ratio?.value == null) return 'too few to compare'
  const { value, low, high } = ratio
  const most = high === null ? 'without end' : times(high)
  const interval = value === 0 ? `(95 %: at most ${most})` : `(95 %: ${times(low)} to ${most})`
  // That it is as it was needs no chance to explain it.
  const mayBeChance = isChance(ratio) && percentOff(value) > 0
  return `${timesWords(value)} ${than} ${interval}${mayBeChance ? ', which may be chance' : ''}`
}

export function isChance({ low, high }: Ratio): boolean {
  return low <= 1 && (high ?? Infinity) >= 1
}

/** ×1.23 */
export function times(value: number): string {
  return `×${value >= 100 ? count(value) : value.toFixed(2)}`
}

function percentOff(value: number): number {
  return Math.round(Math.abs(value - 1) * 100)
}

function timesWords(value: number): string {
  const percent = percentOff(value)
  if (value >= 2) return `${value.toFixed(1)} times as many as`
  return percent === 0 ? 'as many as' : `${percent} % ${value > 1 ? 'more' : 'fewer'} than`
}

/** Where a ratio stands on a logarithmic scale from a quarter to four times, 0 … 1. */
export function ratioAt(value: number): number {
  return Math.min(1, Math.max(0, (Math.log2(value) + 2) / 4))
}

export const TICKS = [0.25, 0.5, 1, 2, 4] as const
