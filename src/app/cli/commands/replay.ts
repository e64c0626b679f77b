import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { loadConfig } from '../../../core/config/index.ts'
import { UsageError } from '../../../core/errors.ts'
import { openFeed, readFeedMapping, replay } from '../../../sources/files/index.ts'
import type { Feed, FeedMapping, ReplayResult } from '../../../sources/files/index.ts'
import { fileBookmark } from '../bookmark.ts'
import { configSources, note, withServer } from '../connect.ts'
import type { Connection, ServerFlags } from '../connect.ts'
import { delivery } from '../delivery.ts'
import { EXIT } from '../exit-codes.ts'
import { command, withServerFlags } from '../options.ts'
import { number } from '../output.ts'
import { progress } from '../progress.ts'
import { importRegister, readRegister } from '../register.ts'
import type { Shell } from '../shell.ts'
import { waitUntilLoaded } from '../wait-until-loaded.ts'

interface ReplayFlags extends ServerFlags {
  readonly feed?: string
  readonly speed: 'max' | number
  readonly fromStart?: boolean
  readonly wait?: boolean
  readonly sensors: boolean
}

interface Replayed extends ReplayResult {
  readonly file: string
}

const FEEDS = resolve(import.meta.dirname, '../../../../config/feeds')

export function replayCommand(shell: Shell): Command {
  const replaying = command(
    'replay',
    'bring in files of readings (NDJSON, CSV, Parquet); goes on after Ctrl-C',
    [
      'replay readings.parquet --feed metr-la',
      'replay monday.csv tuesday.csv --feed detectors.yaml --speed 60',
      'replay readings.ndjson --from-start --wait',
    ],
  )
  return withServerFlags(replaying)
    .argument('<file...>', 'files, one after the other')
    .option('--feed <mapping>', 'feed mapping: a YAML file, or the name of one in config/feeds')
    .option('--speed <speed>', 'max, real, or measured seconds per second such as 60', speed, 'max')
    .option('--from-start', 'do not go on where an earlier replay of the file stopped')
    .option('--wait', 'return only when every layer is complete')
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
  const results: Replayed[] = []
  await withServer(shell, flags, 'write', async connection => {
    for (const { path, feed } of feeds) {
      const result = await replayOne(shell, connection, flags, path, feed)
      results.push({ file: path, ...result })
      if (!result.completed) break
    }
    if ((connection.own || flags.wait) && !shell.signal.aborted) {
      await waitUntilLoaded(connection.client, shell)
    }
  })
  const completed = results.length === files.length && results.every(result => result.completed)
  const records = results.reduce((sum, result) => sum + result.records, 0)
  if (flags.json) shell.stdout.write(`${JSON.stringify({ records, completed, files: results })}\n`)
  else
    shell.stdout.write(
      `${number(records)} records sent${completed ? '' : '; the same command goes on from here'}.\n`,
    )
  if (!completed) shell.exitCode = EXIT.interrupted
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
  connection: Connection,
  flags: ReplayFlags,
  path: string,
  feed: Feed,
): Promise<ReplayResult> {
  const bookmark = fileBookmark(bookmarkFolder(shell, flags, connection), path, feed.source)
  const resume = flags.fromStart ? null : bookmark.read()
  if (resume !== null)
    note(shell, `Going on where the last replay of ${path} stopped; --from-start begins anew.`)
  else if (flags.sensors) await importPlaces(shell, connection, feed)

  const bar = progress(shell.stderr)
  const began = performance.now()
  const sleep = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => undefined)
  const send = delivery({
    client: connection.client,
    source: feed.source,
    intervalS: feed.intervalS,
    signal: shell.signal,
    sleep,
    nowMs: () => performance.now(),
    onPause: reason => bar.update(null, `waiting: ${reason}`),
  })
  let records = 0
  const result = await replay(feed, {
    send,
    sleep,
    speed: flags.speed,
    now: () => performance.now(),
    signal: shell.signal,
    resume,
    saveResume: token => bookmark.save(token),
    onProgress: ({ records: sent, done, atMs }) => {
      records = sent
      const perS = (sent / Math.max(1, performance.now() - began)) * 1000
      const at = Number.isNaN(atMs) ? '' : `  ${new Date(atMs).toISOString().slice(0, 16)}`
      bar.update(done, `${number(sent)} records  ${number(Math.round(perS))}/s${at}`)
    },
  }).finally(() => bar.end(`${path}: ${number(records)} records`))
  if (result.reordered > 0) note(shell, `${number(result.reordered)} records were put in order of time.`)
  return result
}

async function importPlaces(shell: Shell, { client }: Connection, feed: Feed): Promise<void> {
  if (feed.sensors === null || !existsSync(feed.sensors)) return
  const { sensors, notes } = readRegister(feed.sensors)
  const imported = await importRegister(client, sensors, shell.signal)
  for (const text of notes) note(shell, text)
  note(shell, `${imported} sensors imported from ${feed.sensors}.`)
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
