import { isDeepStrictEqual } from 'node:util'
import type { Sensor, SensorChange } from '../../core/schema/sensor.ts'

const MAX_LINES = 10_000
/** What a simulated sensor is called; other entries of the register are none of our business. */
const SIMULATED = /^INT-\d{4}-SENSOR-\d{2,}$/

/**
 * What has to change in the register so that it holds this city: new and changed sensors put, simulated ones of another
 * city removed.
 */
export function* registerChanges(
  sensors: readonly Sensor[],
  registered: ReadonlyMap<string, Sensor>,
): Generator<SensorChange, void, undefined> {
  const ours = new Set<string>()
  for (const sensor of sensors) {
    ours.add(sensor.sensor_id)
    if (!isDeepStrictEqual(registered.get(sensor.sensor_id), sensor)) yield { op: 'put', sensor }
  }
  for (const sensor_id of registered.keys()) {
    if (SIMULATED.test(sensor_id) && !ours.has(sensor_id)) yield { op: 'remove', sensor_id }
  }
}

/** The changes as lines of the log, a few thousand at once. */
export function* changeLines(
  changes: Iterable<SensorChange>,
): Generator<{ lines: Buffer; count: number }, void, undefined> {
  let texts: string[] = []
  for (const change of changes) {
    texts.push(JSON.stringify(change))
    if (texts.length === MAX_LINES) {
      yield { lines: Buffer.from(texts.join('\n') + '\n'), count: texts.length }
      texts = []
    }
  }
  if (texts.length > 0) yield { lines: Buffer.from(texts.join('\n') + '\n'), count: texts.length }
}
