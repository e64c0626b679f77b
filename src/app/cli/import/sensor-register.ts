import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../../core/errors.ts'
import type { Positions } from '../../../core/positions.ts'
import type { Sensor } from '../../../core/schema/sensor.ts'
import { Runs } from '../../../serve/contract/outcome.ts'
import { parseSensorsCsv, parseSensorsGeoJson } from '../../../sources/files/index.ts'
import type { Client } from '../client/index.ts'
import { patiently } from './patience.ts'
import type { Patience } from './patience.ts'

/** Sensors a request: a few megabytes, well under the server's bound. */
const BATCH = 20_000
const MAX_SHOWN = 20
const Imported = z.object({ imported: z.number(), positions: Runs })

export interface RegisterFile {
  readonly sensors: readonly Sensor[]
  readonly notes: readonly string[]
}

/**
 * The sensors of a CSV or GeoJSON file.
 * @throws {UsageError} when it can't be read, or naming every entry that is wrong: nothing is imported by halves
 */
export function readRegister(path: string): RegisterFile {
  const text = readText(path)
  const isGeoJson = /\.(geo)?json$/i.test(path) || text.trimStart().startsWith('{')
  const { sensors, errors, notes } = isGeoJson ? parseSensorsGeoJson(text) : parseSensorsCsv(text)
  if (errors.length > 0) {
    const shown = errors.slice(0, MAX_SHOWN).map(({ row, message }) => `  row ${row}: ${message}`)
    const more = errors.length > MAX_SHOWN ? [`  … and ${errors.length - MAX_SHOWN} more`] : []
    throw new UsageError(`${basename(path)}: nothing was imported.\n${[...shown, ...more].join('\n')}`)
  }
  if (sensors.length === 0) throw new UsageError(`${basename(path)} holds no sensor.`)
  return { sensors, notes }
}

/**
 * Puts the sensors into the register, request by request; stops between two when the signal aborts.
 * @returns where the changes stand in the log
 */
export async function importRegister(
  client: Client,
  sensors: readonly Sensor[],
  patience: Patience,
): Promise<Positions> {
  const runs: [number, number][] = []
  for (let i = 0; i < sensors.length; i += BATCH) {
    patience.signal.throwIfAborted()
    const lines = sensors.slice(i, i + BATCH).map(sensor => JSON.stringify(sensor))
    const request = {
      body: `${lines.join('\n')}\n`,
      headers: { 'content-type': 'application/x-ndjson' },
    }
    const { positions } = await patiently(
      () => client.json(Imported, 'PUT', '/v1/sensors', request),
      patience,
    )
    runs.push(...positions)
  }
  return runs
}

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    const reason = cause instanceof TypeError ? 'it is not UTF-8' : (cause as NodeJS.ErrnoException).code
    throw new UsageError(`${path} can't be read (${reason ?? 'unknown reason'}).`, { cause })
  }
}
