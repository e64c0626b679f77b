import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** A rule, where it is at home, and how a second home would look. */
interface Home {
  readonly of: string
  readonly home: string
  readonly looks: RegExp
  /** Where to look. @default everywhere */
  readonly among?: RegExp
}

const HOMES: readonly Home[] = [
  {
    of: 'the length of a day and of an hour in ms',
    home: 'src/core/time/spans.ts',
    looks: /\b86_?400_?000\b|\b3_?600_?000\b|\b24 \* HOUR_MS\b|\bconst (DAY|HOUR|MINUTE)_MS\b/,
    among: /\.tsx?$/,
  },
  {
    of: 'the thresholds of the delay grades',
    home: 'src/core/traffic/delay-grades.ts',
    looks: /\b10\b[^]{0,60}\b20\b[^]{0,60}\b35\b[^]{0,60}\b55\b[^]{0,60}\b80\b/,
  },
  {
    of: 'the end of the night',
    home: 'src/core/traffic/night.ts',
    looks: /local_?hour\w* *< *\d|\bNIGHT_\w+ = \d/i,
  },
  {
    of: 'the highest speed',
    home: 'src/core/traffic/highest-speed.ts',
    looks: /\b150\b.{0,10}mph|(mph|speed).{0,30}\b150\b/i,
  },
  {
    of: "the columns of gold's state tables",
    home: 'src/lake/gold/state-columns.ts',
    looks: /sum\(d\.\w+_sum\)|\bpace_sum UInt128|'pace_sum', 'sum'/,
  },
  {
    of: "the names of the log's segments",
    home: 'src/core/segment-names.ts',
    looks: /\.ndjson\.zst\b|\.frames\.(ndjson|zst|\{)|padStart\(20\b|\\d\{20\}|_file, 1, \d/,
  },
]

const texts = new Map(
  ['src', 'web/src']
    .flatMap(top => readdirSync(join(root, top), { recursive: true, withFileTypes: true }))
    .filter(({ name }) => /\.(ts|tsx|sql)$/.test(name))
    // A migration that was applied says for ever what it said then.
    .filter(({ name, parentPath }) => !/^\d+_.*\.sql$/.test(name) || parentPath.endsWith('views'))
    .map(({ name, parentPath }) => join(parentPath, name))
    .map(path => [relative(root, path), readFileSync(path, 'utf8')]),
)

describe('one home', () => {
  it.each(HOMES)('has $of', ({ home, looks, among = /./ }) => {
    const found = [...texts]
      .filter(([path, text]) => among.test(path) && looks.test(text))
      .map(([path]) => path)
    expect(texts.has(home)).toBe(true)
    expect(found.filter(path => path !== home)).toEqual([])
  })
})
