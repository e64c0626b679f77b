/** The parts of a new stream's name. */
export interface StreamName {
  /** `air-quality` */
  readonly name: string
  /** `airQuality` */
  readonly identifier: string
  /** `Air quality` */
  readonly title: string
}

/** How a stream begins; `corrected` is of `latest`, by key and time. */
export const kinds = ['first', 'latest', 'every', 'corrected'] as const
export type Kind = (typeof kinds)[number]

/** @returns null where it can't be a stream's name */
export function streamName(given: string): StreamName | null {
  const name = given.trim().replaceAll('_', '-')
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 64) return null
  const words = name.split('-')
  const [first = '', ...rest] = words
  return {
    name,
    identifier: first + rest.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
    title: words.join(' ').replace(/^./, letter => letter.toUpperCase()),
  }
}

/** Addresses and tables of its own that no stream can have. */
const TAKEN = new Set([
  ...[
    'admin',
    'alerts',
    'catalog',
    'conflicts',
    'drift',
    'feeds',
    'gold',
    'incident-record',
    'intersections',
    'jobs',
    'live',
    'losses',
    'quarantine',
  ],
  ...['readings', 'reports', 'sensors', 'silver', 'sql', 'status', 'tables'],
])
/** Words of the language that a constant can't be called. */
const WORDS = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
)

/** Why no stream can be called so; null where one can. */
export function nameFault({ name, identifier }: StreamName): string | null {
  if (TAKEN.has(name))
    return `"${name}" is a name of Arterial itself: an address or a table of it stands there.`
  return WORDS.has(identifier) ? `"${name}" is a word of the language; use another, or two words.` : null
}

export function declarationText({ name, identifier, title }: StreamName, kind: Kind): string {
  return `import type { Stream } from '../../core/stream/index.ts'

// An example to begin with: docs/streams.md and src/core/stream/stream.ts say what a field can be. After each change: npm run new:stream ${name}
export const ${identifier} = {
  name: '${name}',
  title: '${title}',
  says: 'One sentence: what a record of it is',
  fields: {
${FIELDS[kind]}
  },
  once: ${ONCE[kind]},
  silver: { partition: '${kind === 'first' || kind === 'every' ? 'day' : 'month'}' },
  sql: new URL('./sql/', import.meta.url),
} as const satisfies Stream
`
}

const MEASURE = `    temperature_f: {
      type: 'number',
      says: 'Air temperature',
      min: -80,
      max: 140,
      unit: '°F',
      decimals: 2,
      column: 'temperature_c',
      metric: { unit: '°C', times: 5 / 9, plus: -160 / 9 },
    },`

const FIELDS: Readonly<Record<Kind, string>> = {
  first: `    station_id: { type: 'text', says: 'The station', maxChars: 128, required: true, filter: true },
    timestamp: { type: 'instant', says: 'When it was measured', required: true, column: 'observed_at' },
${MEASURE}`,
  latest: `    thing_id: { type: 'text', says: 'The thing', maxChars: 128, required: true, filter: true },
    updated_at: { type: 'instant', says: 'When this version of it was made', required: true },
    name: { type: 'text', says: 'What it is called', maxChars: 256, required: true },
    withdrawn: { type: 'flag', says: 'It is no more' },`,
  every: `    device_id: { type: 'text', says: 'The device', maxChars: 128, required: true, filter: true },
    timestamp: { type: 'instant', says: 'When it happened', required: true, column: 'happened_at' },
    kind: { type: 'choice', says: 'What happened', values: ['on', 'off'], required: true, filter: true },`,
  corrected: `    station_id: { type: 'text', says: 'The station', maxChars: 128, required: true, filter: true },
    timestamp: { type: 'instant', says: 'When it was measured', required: true, column: 'observed_at' },
${MEASURE}
    withdrawn: { type: 'flag', says: 'It was wrong, and nothing is to stand in its place' },`,
}

const ONCE: Readonly<Record<Kind, string>> = {
  first: `{ how: 'first', key: ['station_id'], time: 'timestamp' }`,
  latest: `{ how: 'latest', key: ['thing_id'], version: 'updated_at' }`,
  every: `{ how: 'every', key: ['device_id'], time: 'timestamp' }`,
  corrected: `{ how: 'latest', key: ['station_id', 'timestamp'], version: 'position' }`,
}

/** A test that fails until somebody has put a line of the real source in. */
export function testText({ name, identifier }: StreamName): string {
  return `import { describe, expect, it } from 'vitest'
import { ${identifier} } from '../../src/streams/${name}/index.ts'
import { read } from './read.ts'

/** As its source sends it, byte for byte, and when it arrived: what is later than that is refused. */
const LINE = 'put a line of the real source here'
const ARRIVED = '2026-06-01T00:00:00Z'

describe('${name}', () => {
  it('takes a record as its source sends it', () => {
    const { reasons, extras, row } = read(${identifier}, LINE, ARRIVED)
    expect(reasons).toEqual([])
    // Fields that the declaration does not name: declare them, or leave them here as known.
    expect(extras).toEqual([])
    // In silver's names and units; instants in ms since 1970 UTC.
    expect(row).toEqual({})
  })

  it('refuses what can not be', () => {
    // Each bound and rule of yours with the record that breaks it; npm run docs writes the codes to docs/reference/streams/${name}.md.
    expect(read(${identifier}, LINE.replace('…', '…'), ARRIVED).reasons).toEqual(['…'])
  })
})
`
}
