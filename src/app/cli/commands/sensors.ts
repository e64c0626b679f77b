import { resolve } from 'node:path'
import { Command } from 'commander'
import { SensorItem } from '../../../serve/contract/silver.ts'
import { note, withServer } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { command, positive, span, withServerFlags } from '../options.ts'
import { EXIT } from '../exit-codes.ts'
import { sensorOutcome } from '../import/outcome.ts'
import { patienceOf } from '../import/patience.ts'
import { importRegister, readRegister } from '../import/sensor-register.ts'
import { sensorCount, sensorText } from '../import/report.ts'
import { number, table } from '../output.ts'
import { progress } from '../progress.ts'
import type { Shell } from '../shell.ts'

interface ImportFlags extends ServerFlags {
  readonly interval?: number
  readonly district?: string
  readonly wait: boolean
}

export function sensorsCommand(shell: Shell): Command {
  const bring = command('import', 'add sensors to the register, or replace what it knows of them', [
    'sensors import sensors.csv',
    'sensors import stations.geojson --interval 5m',
  ])
  withServerFlags(bring)
    .argument('<file>', 'CSV with a header (sensor_id, latitude, longitude, …) or GeoJSON points')
    .option('--interval <span>', 'expected interval of readings where the file has none', span)
    .option('--district <name>', 'district where the file has none')
    .option('--no-wait', 'return when all is sent, without counting what became of it')
    .action((file: string, flags: ImportFlags) => importSensors(shell, file, flags))

  const list = command('list', 'the sensors that are registered or have been seen', [
    'sensors list --limit 20',
    'sensors list --json',
  ])
  withServerFlags(list)
    .option('--limit <n>', 'at most so many', positive, 1000)
    .action((flags: ServerFlags & { limit: number }) => listSensors(shell, flags))
  return new Command('sensors').description('the sensor register').addCommand(bring).addCommand(list)
}

async function importSensors(shell: Shell, file: string, flags: ImportFlags): Promise<void> {
  const { sensors, notes } = readRegister(resolve(shell.cwd, file))
  for (const text of notes) note(shell, text)
  const complete = sensors.map(sensor => ({
    ...sensor,
    interval_s: sensor.interval_s ?? flags.interval ?? null,
    district: sensor.district ?? flags.district ?? null,
  }))
  await withServer(shell, flags, 'write', async ({ client, own }) => {
    const bar = progress(shell.stderr)
    const patience = patienceOf(shell.signal, reason => bar.update(null, `waiting: ${reason}`))
    const positions = await importRegister(client, complete, patience)
    const imported = complete.length
    const wants = flags.wait || own
    const outcome = wants ? await sensorOutcome({ client, patience, bar }, positions) : null
    const count = outcome === null ? null : sensorCount(imported, outcome)
    if (flags.json) shell.stdout.write(`${JSON.stringify({ imported, counted: count !== null, ...count })}\n`)
    else
      shell.stdout.write(`${count === null ? `${number(imported)} sensors imported.` : sensorText(count)}\n`)
    if (wants && count === null) shell.exitCode = EXIT.interrupted
    else if (count !== null && count.conflicts > 0) shell.exitCode = EXIT.rows
  })
}

async function listSensors(shell: Shell, flags: ServerFlags & { limit: number }): Promise<void> {
  await withServer(shell, flags, 'read', async ({ client }) => {
    const path = `/v1/sensors?limit=${Math.min(flags.limit, 1000)}`
    const { items, more } = await client.items(SensorItem, path, flags.limit, shell.signal)
    if (more) shell.exitCode = EXIT.cut
    if (flags.json) shell.stdout.write(`${JSON.stringify({ items, more })}\n`)
    else shell.stdout.write(`${describe(items, more)}\n`)
  })
}

function describe(items: readonly SensorItem[], more: boolean): string {
  if (items.length === 0) return 'No sensors yet; `arterial sensors import` brings some.'
  const rows = table<SensorItem>(
    [
      { title: 'sensor', value: item => item.sensor_id },
      { title: 'site', value: item => item.intersection_id },
      { title: 'name', value: item => item.name },
      { title: 'district', value: item => item.district },
      { title: 'latitude', value: item => item.latitude, align: 'right' },
      { title: 'longitude', value: item => item.longitude, align: 'right' },
      { title: 'interval s', value: item => item.interval_s, align: 'right' },
      { title: 'registered', value: item => item.registered },
      { title: 'first seen', value: item => item.first_seen },
    ],
    items,
  )
  return more ? `${rows}\nThere are more; --limit shows them.` : rows
}
