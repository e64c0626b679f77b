import { resolve } from 'node:path'
import { Argument, Option } from 'commander'
import type { Command } from 'commander'
import { loadConfig } from '../../../core/config/index.ts'
import { UsageError } from '../../../core/errors.ts'
import type { StreamOutcome } from '../../../serve/contract/outcome.ts'
import { presets } from '../../../sources/poll/index.ts'
import { streams } from '../../../streams/index.ts'
import { configSources, note, withServer } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { EXIT } from '../exit-codes.ts'
import { streamOutcome } from '../import/outcome.ts'
import { patienceOf } from '../import/patience.ts'
import { readPresetFile } from '../import/preset-file.ts'
import { readStandardFile } from '../import/standard-files.ts'
import { deliverThings, readThings } from '../import/things.ts'
import { command, pair, withServerFlags } from '../options.ts'
import { number } from '../output.ts'
import { progress } from '../progress.ts'
import type { Shell } from '../shell.ts'

interface ImportFlags extends ServerFlags {
  readonly preset?: string
  readonly zone?: string
  readonly map?: Readonly<Record<string, string>>
  readonly set?: Readonly<Record<string, string>>
  readonly wait: boolean
}

/** Streams whose records are things with a version of their own. */
const things = streams.filter(({ once }) => once.how === 'latest')

const importable = [
  ...new Set([...things, ...presets.map(({ stream: name }) => ({ name }))].map(({ name }) => name)),
]

export function importCommand(shell: Shell): Command {
  const bring = command(
    'import',
    'bring in stations, venues, cameras and other things from a file, or the weather of the past',
    [
      'import cameras traffic_cameras.csv',
      'import stations stations.geojson --set provider="City of Calgary"',
      'import venues places.csv --map venue_id=ID --map name="Place name"',
      'import events concerts.ics',
      'import work-zones wzdx.geojson',
      'import weather climate_daily.csv --preset eccc-daily --zone America/Edmonton',
    ],
  )
  return withServerFlags(bring)
    .addArgument(new Argument('<stream>', 'what they are').choices(importable))
    .argument(
      '<file>',
      'CSV with a header, GeoJSON points, a calendar (.ics) of events, a WZDx feed of work-zones or field-devices; with --preset as its provider gives it',
    )
    .addOption(new Option('--preset <name>', 'format of a provider').choices(presets.map(({ name }) => name)))
    .option('--zone <name>', 'with --preset: zone of times without one; default: the city’s')
    .option('--map <field=column>', 'which column or property has a field; may be repeated', pair)
    .option('--set <field=value>', 'value of a field where the file has none; may be repeated', pair)
    .option('--no-wait', 'return when all is sent, without counting what became of it')
    .action((name: string, file: string, flags: ImportFlags) => importThings(shell, name, file, flags))
}

async function importThings(shell: Shell, name: string, file: string, flags: ImportFlags): Promise<void> {
  const path = resolve(shell.cwd, file)
  const source = flags.preset === undefined ? 'import' : `import:${flags.preset}`
  const records =
    flags.preset === undefined
      ? thingsOf(shell, name, path, flags)
      : await readPresetFile(shell, name, path, { ...flags, preset: flags.preset })
  await withServer(shell, flags, 'write', async ({ client, own }) => {
    const bar = progress(shell.stderr)
    const patience = patienceOf(shell.signal, reason => bar.update(null, `waiting: ${reason}`))
    const positions = await deliverThings(client, { name }, records, patience, source)
    const wants = flags.wait || own
    const outcome = wants ? await streamOutcome({ client, patience, bar }, name, positions) : null
    const imported = records.length
    const counted = outcome !== null
    if (flags.json) shell.stdout.write(`${JSON.stringify({ imported, counted, ...outcome })}\n`)
    else shell.stdout.write(`${counted ? textOf(name, imported, outcome) : `${number(imported)} sent.`}\n`)
    if (wants && !counted) shell.exitCode = EXIT.interrupted
    else if (counted && outcome.quarantined > 0) shell.exitCode = EXIT.rows
  })
}

function thingsOf(shell: Shell, name: string, path: string, flags: ImportFlags): readonly object[] {
  const stream = things.find(one => one.name === name)
  if (stream === undefined) throw new UsageError(`${name} comes in by --preset; there are ${presetsOf(name)}`)
  const clock = { cityZone: loadConfig(configSources(shell, flags)).city.timeZone, nowMs: Date.now() }
  const { records, notes } =
    readStandardFile(name, path, clock) ??
    readThings(stream, path, { columns: flags.map ?? {}, values: flags.set ?? {} })
  for (const text of notes) note(shell, text)
  return records
}

function presetsOf(name: string): string {
  return presets.flatMap(preset => (preset.stream === name ? [preset.name] : [])).join(', ')
}

function textOf(name: string, read: number, outcome: StreamOutcome): string {
  const { new: fresh, repeats, conflicts, quarantined, reasons } = outcome
  const parts = [
    `${number(fresh)} new`,
    `${number(repeats)} repeats`,
    ...(conflicts > 0 ? [`${number(conflicts)} conflicts`] : []),
    `${number(quarantined)} quarantined`,
  ]
  const sum = `${number(read)} ${name} read = ${parts.join(' + ')}`
  const why = reasons.map(one => `  ${number(one.lines)} quarantined: ${one.reasons.join(' + ')}`)
  return [sum, ...why].join('\n')
}
