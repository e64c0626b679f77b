import { Gauge } from 'prom-client'
import type { MqttStatus } from '../contract/index.ts'
import { mqttMetrics, processMetrics, type Metrics } from '../metrics.ts'
import type { RequestTimes } from '../request-times.ts'

/** What a door has published since its start. */
export interface DoorFigures {
  readonly topics: readonly {
    readonly topic: string
    /** Lines that every broker in sync has. */
    readonly records: number
    /** Requests that failed, with all that waited behind them. */
    readonly failures: number
  }[]
  /** Lines on their way. */
  readonly waiting: number
  readonly isReady: boolean
  /** Brokers of MQTT that it reads. */
  readonly mqtt: MqttStatus
}

/** What /metrics of a door tells Prometheus. */
export function doorMetrics(figures: () => DoorFigures, version: string, requests: RequestTimes): Metrics {
  const registry = processMetrics(version, requests)
  const registers = [registry]
  const labelNames = ['topic'] as const
  const records = new Gauge({
    name: 'arterial_door_records',
    help: 'Lines since the start that every broker in sync has',
    labelNames,
    registers,
  })
  const failures = new Gauge({
    name: 'arterial_door_failed_requests',
    help: 'Requests to the brokers since the start that failed',
    labelNames,
    registers,
  })
  const waiting = new Gauge({
    name: 'arterial_door_waiting_records',
    help: 'Lines that no broker has acknowledged yet',
    registers,
  })
  const ready = new Gauge({
    name: 'arterial_ready',
    help: '1 when the brokers can be reached',
    registers,
  })
  const takeMqtt = mqttMetrics(registry)
  return {
    contentType: registry.contentType,
    text() {
      const now = figures()
      for (const { topic, records: sent, failures: failed } of now.topics) {
        records.set({ topic }, sent)
        failures.set({ topic }, failed)
      }
      waiting.set(now.waiting)
      ready.set(now.isReady ? 1 : 0)
      takeMqtt(now)
      return registry.metrics()
    },
  }
}
