import type { Publisher } from '../../src/lake/publish/index.ts'
import { folderStore } from '../../src/storage/index.ts'
import type { Lake } from '../integration/lake.ts'
import { danglingFiles } from '../integration/tables/dangling.ts'
import { differencesToLake } from '../integration/tables/differences.ts'
import { readersMissing } from '../integration/tables/readers.ts'

/** One of each kind: the others take no other way. */
export const TABLES = [
  ...['bronze/lines', 'silver/readings', 'silver/conflicts', 'silver/sensors', 'quarantine/lines'],
  ...['gold/hourly_summary', 'gold/intersection_metrics'],
]
export const never = new AbortController().signal

export interface Compared {
  /** In words; empty: equal. */
  readonly differences: readonly string[]
  readonly published: number
  readonly inLake: number
  readonly commits: number
  readonly files: number
}

/** Brings the tables level and compares every row with the lake: by what the files hold, and as delta-rs and DuckDB read them. */
export async function compare(lake: Lake, publisher: Publisher, base: string): Promise<Compared> {
  // The register may have changed what is compared seldom.
  await publisher.round('all', never, { isWhole: true, only: TABLES })
  const verdicts = await publisher.verify(TABLES, never, () => undefined)
  const told = verdicts.flatMap(({ path, differences }) => differences.map(one => `${path}: ${one}`))
  const problems = publisher.states.flatMap(({ path, problem }) =>
    problem === null ? [] : [`${path}: ${problem}`],
  )
  const dangling = (await danglingFiles(folderStore(base))).map(path => `${path} is gone`)
  const readers = readersMissing === null ? (['delta-rs', 'duckdb'] as const) : []
  const read: string[] = []
  for (const reader of readers) {
    const differing = await differencesToLake(lake, { base, reader }, path => TABLES.includes(path))
    read.push(...differing.map(one => `${reader}: ${one}`))
  }
  const published = publisher.states.filter(({ path }) => TABLES.includes(path))
  return {
    differences: [...told, ...problems, ...dangling, ...read],
    published: verdicts.find(({ path }) => path === 'silver/readings')?.rows ?? 0,
    inLake: await lake.count('silver.readings'),
    commits: published.reduce((sum, { version }) => sum + version + 1, 0),
    files: verdicts.reduce((sum, { files }) => sum + files, 0),
  }
}
