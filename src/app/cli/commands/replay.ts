import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { loadConfig } from '../../../core/config/index.ts'
import { UsageError } from '../../../core/errors.ts'
import { countOf } from '../../../core/positions.ts'
import type { Positions } from '../../../core/positions.ts'
import { openFeed, readFeedMapping } from '../../../sources/files/index.ts'
import type { Feed, FeedMapping } from '../../../sources/files/index.ts'
import { configSources, note, withServer } from '../client/connect.ts'
import type { Connection, ServerFlags } from '../client/connect.ts'
import { EXIT } from '../exit-codes.ts'
import { fileBookmark } from '../import/bookmark.ts'
import type { FileBookmark, ReplayState } from '../import/bookmark.ts'
import { conflictExample } from '../import/example.ts'
import { endOfLog, readingOutcome, sensorOutcome } from '../import/outcome.ts'
import type { Asking } from '../import/outcome.ts'
import { patienceOf } from '../import/patience.ts'
import { importRegister, readRegister } from '../import/sensor-register.ts'
import { freshState, isForeign, replayFile } from '../import/replay-file.ts'
import { isClean, rowCount, rowText, sensorCount, sensorText, sumOf } from '../import/report.ts'
import type { RowCount, SensorCount } from '../import/report.ts'
import { command, withServerFlags } from '../options.ts'
import { number } from '../output.ts'
import { progress } from '../progress.ts'
import type { Shell } from '../shell.ts'

interface ReplayFlags extends ServerFlags {
  readonly feed?: string
  readonly speed: 'max' | number
  readonly fromStart?: boolean
  readonly wait: boolean
  readonly sensors: boolean
}

/** One file of the command: what was sent of it, and what became of it once that is known. */
interface Replayed {
  readonly file: string
  /** Sent by this command; an earlier one may have sent the rest. */
  readonly records: number
  readonly completed: boolean
  readonly state: ReplayState
  readonly feed: Feed
  readonly bookmark: FileBookmark
}

interface Counted {
  readonly rows: RowCount
  readonly sensors: SensorCount | null
}

const FEEDS = resolve(import.meta.dirname, '../../../../config/feeds')

export function replayCommand(shell: Shell): Command {
  const replaying = command(
    'replay',
    'bring in files of readings (NDJSON, a JSON array, CSV, Parquet) and count what became of each row; goes on after Ctrl-C',
    [
      'replay readings.parquet --feed metr-la',
      'replay monday.csv tuesday.csv --feed detectors.yaml --speed 60',
      'replay readings.ndjson --from-start --json',
    ],
  )
  return withServerFlags(replaying)
    .argument('<file...>', 'files, one after the other')
    .option('--feed <mapping>', 'feed mapping: a YAML file, or the name of one in config/feeds')
    .option('--speed <speed>', 'max, real, or measured seconds per second such as 60', speed, 'max')
    .option('--from-start', 'do not go on where an earlier replay of the file stopped')
    .option('--wait', 'wait until every row is in the lake, and count (the default)', true)
    .option('--no-wait', 'return when all is sent, without counting what became of it')
    .option('--no-sensors', 'do not import the register file that the mapping names')
    .action((files: string[], flags: ReplayFlags) => run(shell, files, flags))
}

async function run(shell: Shell, files: readonly string[], flags: ReplayFlags): Promise<void> {
  const mapping =
    flags.feed === undefined ? undefined : await readFeedMapping(mappingPath(flags.feed, shell.cwd))
  const feeds = await openAll(
    files.map(file => resolve(shell.cwd, file)),
    mapping,
  )
  await withServer(shell, flags, 'write', async connection => {
    const asking = askingOf(shell, connection)
    const results: Replayed[] = []
    for (const { path, feed } of feeds) {
      const result = await replayOne(shell, asking, connection, flags, path, feed)
      results.push(result)
      if (!result.completed) break
    }
    const isSent = results.length === files.length && results.every(result => result.completed)
    const wants = flags.wait || connection.own
    const counts = isSent && wants ? await countAll(asking, results) : null
    // Until the count is told, the same command comes back for it.
    if (counts !== null || (isSent && !wants)) for (const { bookmark } of results) bookmark.forget()
    tell(shell, flags, results, isSent, counts)
    shell.exitCode = exitCode(isSent, wants, counts)
  })
}

function askingOf(shell: Shell, { client }: Connection): Asking {
  const bar = progress(shell.stderr)
  return { client, bar, patience: patienceOf(shell.signal, reason => bar.update(null, `waiting: ${reason}`)) }
}

function exitCode(isSent: boolean, wants: boolean, counts: readonly Counted[] | null): number {
  if (!isSent || (wants && counts === null)) return EXIT.interrupted
  const isWhole = (counts ?? []).every(
    ({ rows, sensors }) => isClean(rows) && (sensors?.conflicts ?? 0) === 0,
  )
  return isWhole ? EXIT.ok : EXIT.rows
}

function tell(
  shell: Shell,
  flags: ReplayFlags,
  results: readonly Replayed[],
  completed: boolean,
  counts: readonly Counted[] | null,
): void {
  const records = results.reduce((sum, result) => sum + result.records, 0)
  const total = counts === null ? null : sumOf(counts.map(({ rows }) => rows))
  if (flags.json) {
    const files = results.map((result, i) => ({
      file: result.file,
      records: result.records,
      completed: result.completed,
      ...counts?.[i]?.rows,
      ...(counts?.[i]?.sensors ? { sensors: counts[i].sensors } : {}),
    }))
    shell.stdout.write(
      `${JSON.stringify({ records, completed, counted: total !== null, ...total, files })}\n`,
    )
    return
  }
  const places = (counts ?? []).flatMap(({ sensors }) => (sensors === null ? [] : [sensorText(sensors)]))
  for (const text of places) shell.stdout.write(`${text}\n`)
  if (total === null) {
    const rest = !completed
      ? '; the same command goes on from here'
      : flags.wait
        ? '; the same command counts what became of them'
        : ''
    shell.stdout.write(`${number(records)} records sent${rest}.\n`)
    return
  }
  const each = (counts ?? []).map(({ rows }, i) => `${results[i]?.file ?? ''}: ${rowText(rows)}`)
  const several = each.length > 1 ? each : []
  shell.stdout.write(`${[...several, rowText(total)].join('\n')}\n`)
}

/** All files are opened before the first is sent, so that a mistake in the last is known at once. */
async function openAll(
  paths: readonly string[],
  mapping: FeedMapping | undefined,
): Promise<{ path: string; feed: Feed }[]> {
  const feeds = []
  for (const path of paths) feeds.push({ path, feed: await openFeed(path, mapping) })
  return feeds
}

async function replayOne(
  shell: Shell,
  asking: Asking,
  connection: Connection,
  flags: ReplayFlags,
  path: string,
  feed: Feed,
): Promise<Replayed> {
  const { client, patience, bar } = asking
  const bookmark = fileBookmark(bookmarkFolder(shell, flags, connection), path, feed.source)
  const end = await endOfLog(asking)
  const before = flags.fromStart ? null : await bookmark.read()
  const known = before === null || isForeign(before, end) ? null : before
  if (known?.isSent) {
    note(shell, `${path} was sent before; what became of it is counted now. --from-start sends it again.`)
    return { file: path, records: 0, completed: true, state: known, feed, bookmark }
  }
  if (known !== null)
    note(shell, `Going on where the last replay of ${path} stopped; --from-start begins anew.`)
  const places =
    known === null && flags.sensors ? await importPlaces(shell, asking, feed) : (known?.sensors ?? [])

  const began = performance.now()
  let records = 0
  const { state, result } = await replayFile(
    {
      feed,
      client,
      patience,
      speed: flags.speed,
      bookmark,
      onProgress: ({ records: sent, done, atMs }) => {
        records = sent
        const perS = (sent / Math.max(1, performance.now() - began)) * 1000
        const at = Number.isNaN(atMs) ? '' : `  ${new Date(atMs).toISOString().slice(0, 16)}`
        bar.update(done, `${number(sent)} records  ${number(Math.round(perS))}/s${at}`)
      },
    },
    { ...(known ?? freshState(end)), sensors: places },
  ).finally(() => bar.end(`${path}: ${number(records)} records`))
  if (result.reordered > 0) note(shell, `${number(result.reordered)} records were put in order of time.`)
  return { file: path, records: result.records, completed: result.completed, state, feed, bookmark }
}

/** What became of every row of the files; null when the signal came first. */
async function countAll(asking: Asking, results: readonly Replayed[]): Promise<Counted[] | null> {
  const counts: Counted[] = []
  for (const { state, feed } of results) {
    const places = countOf(state.sensors)
    const sensors = places === 0 ? null : await sensorOutcome(asking, state.sensors)
    const outcome = await readingOutcome(asking, feed.source, state)
    if (outcome === null || (sensors === null && places > 0)) return null
    const rows = rowCount(state.rows, outcome)
    const example = rows.hint === null ? '' : await conflictExample(asking.client, state.positions)
    counts.push({
      rows: rows.hint === null ? rows : { ...rows, hint: `${rows.hint}${example}` },
      sensors: sensors === null ? null : sensorCount(places, sensors),
    })
  }
  asking.bar.end('Every row is in the lake.')
  return counts
}

async function importPlaces(shell: Shell, { client, patience }: Asking, feed: Feed): Promise<Positions> {
  if (feed.sensors === null || !existsSync(feed.sensors)) return []
  const { sensors, notes } = readRegister(feed.sensors)
  const positions = await importRegister(client, sensors, patience)
  for (const text of notes) note(shell, text)
  note(shell, `${number(sensors.length)} sensors imported from ${feed.sensors}.`)
  return positions
}

/** With the data it went into; for a server elsewhere, in this machine's own data folder. */
function bookmarkFolder(shell: Shell, flags: ReplayFlags, connection: Connection): string {
  if (connection.folder !== null) return join(connection.folder, 'replays')
  const { dir } = loadConfig(configSources(shell, flags)).data
  return join(dir, 'replays', encodeURIComponent(connection.client.name))
}

function mappingPath(feed: string, cwd: string): string {
  const own = resolve(cwd, feed)
  if (/\.ya?ml$/i.test(feed) || existsSync(own)) return own
  const shipped = join(FEEDS, `${feed}.yaml`)
  if (existsSync(shipped)) return shipped
  throw new UsageError(`There is no feed mapping "${feed}": neither a file of that name nor ${shipped}.`)
}

function speed(text: string): 'max' | number {
  if (text === 'max') return 'max'
  const value = text === 'real' ? 1 : Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It must be max, real, or a number above 0 such as 60.')
}
