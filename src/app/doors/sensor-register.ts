import type { Sensor, SensorChange } from '../../core/schema/sensor.ts'
import type { LakeReader } from '../../lake/read/index.ts'
import type { Register } from '../../serve/routes/sensor-register.ts'
import type { AppendFor } from './admission.ts'

/** The sensor register's door: every change is a record of the log, and counts for readings from there on. */
export function registerOf(appendFor: AppendFor, lake: LakeReader, now: () => number): Register {
  const append = async (sender: string, changes: readonly SensorChange[]) => {
    const lines = Buffer.from(changes.map(change => `${JSON.stringify(change)}\n`).join(''))
    return appendFor(sender, {
      kind: 'sensor',
      source: 'register',
      arrivedAtMs: now(),
      intervalS: null,
      lines,
      count: changes.length,
    })
  }
  return {
    put: (sensors: readonly Sensor[], sender) =>
      append(
        sender,
        sensors.map(sensor => ({ op: 'put', sensor })),
      ),
    remove: async (sensorId, sender) => {
      const { rows } = await lake.page('sensors', { where: { sensor_id: [sensorId] }, order: 'asc' }, 1)
      if (rows[0]?.['registered'] !== true) return false
      await append(sender, [{ op: 'remove', sensor_id: sensorId }])
      return true
    },
  }
}
