import type { Trend } from './trend.ts'

export type Quantity = 'speed' | 'vehicles' | 'wait'

const PHRASES = {
  speed: { above: 'Faster', below: 'Slower', same: 'Speeds', plain: 'Speed' },
  vehicles: { above: 'Busier', below: 'Quieter', same: 'Traffic', plain: 'Vehicles' },
  wait: { above: 'Longer waits', below: 'Shorter waits', same: 'Waits', plain: 'Waiting time' },
} as const

/** What a chart says, as its title: "Slower than usual since 16:50". `clock` renders an instant in the city's time. */
export function headline(
  quantity: Quantity,
  { finding, against }: Trend,
  clock: (atMs: number) => string,
): string {
  const phrase = PHRASES[quantity]
  if (finding === null || against === null) return `${phrase.plain} over the last 24 hours`
  if (finding.direction === 'as-usual')
    return against === 'usual' ? `${phrase.same} as usual` : `${phrase.same} as yesterday`
  const { sinceMs, throughout } = finding
  const since = sinceMs !== null ? ` since ${clock(sinceMs)}` : throughout ? ' for over 24 hours' : ''
  return `${phrase[finding.direction]} than ${against}${since}`
}
