import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { Command } from 'commander'
import { z } from 'zod'
import { UsageError } from '../../../core/errors.ts'
import { SensorItem } from '../../../serve/contract/silver.ts'
import { note, withServer } from '../connect.ts'
import type { ServerFlags } from '../connect.ts'
import { command, positive, span, withServerFlags } from '../options.ts'
import { table } from '../output.ts'
import { parseSensorFile } from '../sensor-file.ts'
import type { Shell } from '../shell.ts'

interface ImportFlags extends ServerFlags {
  readonly interval?: number
  readonly district?: string
}

const Imported = z.object({ imported: z.number() })

/** Sensors a request: a few megabytes, well under the server's bound. */
const BATCH = 20_000

export function sensorsCommand(shell: Shell): Command {
  const bring = command('import', 'add sensors to the register, or replace what it knows of them', [
    'sensors import sensors.csv',
    'sensors import stations.geojson --interval 5m',
  ])
  withServerFlags(bring)
    .argument('<file>', 'CSV with a header (sensor_id, latitude, longitude, …) or GeoJSON points')
    .option('--interval <span>', 'expected interval of readings where the file has none', span)
    .option('--district <name>', 'district where the file has none')
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
  const { sensors, ignored } = parseSensorFile(basename(file), readText(resolve(shell.cwd, file)), {
    ...(flags.interval === undefined ? {} : { intervalS: flags.interval }),
    ...(flags.district === undefined ? {} : { district: flags.district }),
  })
  if (ignored.length > 0) note(shell, `Left out: ${ignored.join(', ')}`)
  await withServer(shell, flags, 'write', async ({ client }) => {
    let imported = 0
    for (let i = 0; i < sensors.length; i += BATCH) {
      shell.signal.throwIfAborted()
      const lines = sensors.slice(i, i + BATCH).map(sensor => JSON.stringify(sensor))
      const answer = await client.json(Imported, 'PUT', '/v1/sensors', {
        body: `${lines.join('\n')}\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      })
      imported += answer.imported
    }
    shell.stdout.write(flags.json ? `${JSON.stringify({ imported })}\n` : `${imported} sensors imported.\n`)
  })
}

async function listSensors(shell: Shell, flags: ServerFlags & { limit: number }): Promise<void> {
  await withServer(shell, flags, 'read', async ({ client }) => {
    const path = `/v1/sensors?limit=${Math.min(flags.limit, 1000)}`
    const { items, more } = await client.items(SensorItem, path, flags.limit, shell.signal)
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

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'not UTF-8'
    throw new UsageError(`${path} can't be read (${reason}).`, { cause })
  }
}
