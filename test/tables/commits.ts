import { join } from 'node:path'
import { folderStore } from '../../src/storage/index.ts'
import { Lake } from '../integration/lake.ts'
import { Stream } from '../integration/stream.ts'
import { publisherOf, steady } from '../integration/tables/publishing.ts'
import { compare, never, TABLES } from './compare.ts'

const HOUR_MS = 3_600_000
const READINGS = 'silver/readings'
/** Lines that come at once, and how many of them go out with a commit. */
const LINES = 80
const LINES_A_COMMIT = 4
/** Batches of lines between two upkeeps, as a job would come. */
const UPKEEP_EVERY = 3
/** Traffic begins anew so often, over the same days. */
const DAYS = 4

/**
 * Publishes until one table has so many commits, with everything that comes meanwhile: checkpoints, an end to the old log, files put
 * together and removed, another start, a column that is added; then compares with the lake.
 * @returns what is wrong, in words
 */
export async function commitPhase(
  folder: string,
  { commits, seed }: { commits: number; seed: number },
  print: (line: string) => void,
): Promise<string[]> {
  const lake = await new Lake(join(folder, 'lake')).start()
  const base = join(folder, 'tables')
  const store = folderStore(base)
  const startMs = Date.parse('2026-03-01T00:00:00Z')
  let nowMs = startMs + 10 * 24 * HOUR_MS
  let upto = Infinity
  const started = () => publisherOf(lake, store, { now: () => nowMs, upto: () => upto })
  let publisher = started()
  let traffic = new Stream(seed, startMs)
  let [together, fewer, removed] = [0, 0, 0]
  const made = () => (publisher.states.find(({ path }) => path === READINGS)?.version ?? -1) + 1
  const upkeep = async () => {
    const { before, after } = await publisher.optimise(TABLES, join(folder, 'spool'), never, () => undefined)
    together += before
    fewer += before - after
    removed += await publisher.vacuum(TABLES, never, () => undefined)
    publisher = started()
  }
  try {
    for (let batch = 1; made() < commits; batch++) {
      if (traffic.nowMs > startMs + DAYS * 24 * HOUR_MS) traffic = new Stream(seed + batch, startMs)
      if (batch % UPKEEP_EVERY === 1) await lake.change(traffic.changes())
      const lines = traffic.lines(LINES, 6).map(({ text }) => text)
      const first = await lake.append(lines, { arrivedAtMs: traffic.nowMs })
      await steady(lake)
      for (upto = first + LINES_A_COMMIT; upto < first + LINES; upto += LINES_A_COMMIT) {
        nowMs += HOUR_MS
        await publisher.round('all', never, { only: [READINGS] })
      }
      upto = Infinity
      await publisher.round('all', never, { only: TABLES })
      if (batch === UPKEEP_EVERY)
        await lake.exec('ALTER TABLE silver.readings ADD COLUMN added_kmh Nullable(Float64)')
      if (batch % UPKEEP_EVERY === 0) await upkeep()
      await publisher.round('all', never, { only: TABLES })
      print(`${made()}/${commits} commits of ${READINGS}; ${together} files put together, ${removed} removed`)
    }
    const result = await compare(lake, publisher, base)
    const log = await store.list(`${READINGS}/_delta_log`)
    const checkpoints = log.filter(name => name.includes('.checkpoint.'))
    const columns = publisher.states.find(({ path }) => path === READINGS)?.columns ?? []
    print(
      `${JSON.stringify(result)}; ${fewer} files fewer; ${READINGS} keeps ${log.length} files of its log, ${checkpoints.length} of them checkpoints`,
    )
    return [
      ...result.differences,
      ...(result.published === result.inLake ? [] : [`${result.published} readings of ${result.inLake}`]),
      ...(columns.some(({ name }) => name === 'added_kmh') ? [] : ['the column that was added is not there']),
      ...(removed > 0 && together > 0 ? [] : ['nothing was put together or removed']),
      ...(checkpoints.length > 0 ? [] : ['there is no checkpoint']),
    ]
  } finally {
    await lake.stop()
  }
}
