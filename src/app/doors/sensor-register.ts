import type { LogWriter } from '../../core/log.ts'
import type { Sensor, SensorChange } from '../../core/schema/sensor.ts'
import type { LakeReader } from '../../lake/read/index.ts'
import type { Register } from '../../serve/routes/sensor-register.ts'

/** The sensor register's door: every change is a record of the log, and counts for readings from there on. */
export function registerOf(log: LogWriter, lake: LakeReader, now: () => number): Register {
  const append = async (changes: readonly SensorChange[]) => {
    const lines = Buffer.from(changes.map(change => `${JSON.stringify(change)}\n`).join(''))
    return log.append({
      kind: 'sensor',
      source: 'register',
      arrivedAtMs: now(),
      intervalS: null,
      lines,
      count: changes.length,
    })
  }
  return {
    put: (sensors: readonly Sensor[]) => append(sensors.map(sensor => ({ op: 'put', sensor }))),
    remove: async sensorId => {
      const { rows } = await lake.page('sensors', { where: { sensor_id: [sensorId] }, order: 'asc' }, 1)
      if (rows[0]?.['registered'] !== true) return false
      await append([{ op: 'remove', sensor_id: sensorId }])
      return true
    },
  }
}
