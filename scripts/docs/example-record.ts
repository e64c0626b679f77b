import type { Field, Stream } from '../../src/core/stream/index.ts'

const FIRST_MS = Date.UTC(2026, 2, 1, 8)
const STEP_MS = 3_600_000
/** A place for what has one. */
const PLACES: Readonly<Record<string, number>> = { latitude: 51.0447, longitude: -114.0719 }
/** What a deeper field may take; its own rule says which. */
const DEEPER: readonly unknown[] = [
  {
    type: 'LineString',
    coordinates: [
      [-114.07, 51.04],
      [-114.06, 51.05],
    ],
  },
  { type: 'Point', coordinates: [-114.07, 51.04] },
  [],
  {},
]

/** A record that breaks no rule of its stream, every field of it but the one that takes a thing away. */
export function exampleRecord(stream: Stream): Record<string, unknown> {
  let instants = 0
  const entries = Object.entries(stream.fields).flatMap(([name, field]) => {
    // Later fields are later instants: an end is after its beginning.
    if (field.type === 'instant' && field.required !== true) return []
    if (field.type === 'instant')
      return [[name, new Date(FIRST_MS + STEP_MS * instants++).toISOString().replace('.000Z', 'Z')]]
    const value = name === 'withdrawn' ? undefined : valueOf(name, field)
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(entries) as Record<string, unknown>
}

function valueOf(name: string, field: Exclude<Field, { type: 'instant' }>): unknown {
  switch (field.type) {
    case 'number':
      return PLACES[name] ?? middle(field.min, field.max, field.whole === true)
    case 'text':
      return name.endsWith('_url') || name === 'url'
        ? 'https://city.example/1'
        : wordsOf(name).slice(0, field.maxChars)
    case 'choice':
      return field.values[0]
    case 'flag':
      return true
    case 'texts':
      return [wordsOf(name)]
    case 'counts':
      return Object.fromEntries(field.names.map((part, i) => [part, i]))
    case 'json':
      return DEEPER.find(value => (field.fails?.(value) ?? null) === null)
  }
}

function wordsOf(name: string): string {
  return name.endsWith('_id')
    ? `${name.slice(0, -3).toUpperCase().replaceAll('_', '-')}-1`
    : name.replaceAll('_', ' ')
}

/** A round number within the bounds, rather a small one: limits are far beyond what is usual. */
function middle(min: number, max: number, isWhole: boolean): number {
  if (max <= 1 && !isWhole) return min < 0 ? 0 : Number(((min + max) / 2).toPrecision(1))
  const usual = [20, 5, 1000].find(value => value >= min && value <= max)
  return usual ?? Math.round(min)
}
