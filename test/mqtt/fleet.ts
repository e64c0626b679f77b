import { setTimeout as sleep } from 'node:timers/promises'
import { Device } from '../integration/mqtt/device.ts'

const TICK_MS = 50
const INTERVAL_S = 30
const FIRST_AT = Date.UTC(2026, 5, 1)
const AT_A_TIME = 100

/** Devices that publish readings by QoS 1, each with a connection of its own; each reading has a number. */
export class Fleet {
  /** When the broker acknowledged a reading to its device, ms of this process's clock. */
  readonly acknowledgedMs = new Map<number, number>()
  sent = 0
  readonly #devices: Device[] = []
  readonly #waiting = new Set<Promise<void>>()
  readonly #over = new AbortController()

  static async connect(port: number, count: number): Promise<Fleet> {
    const fleet = new Fleet()
    for (let i = 0; i < count; i++) fleet.#devices.push(await Device.connect(port, idOf(i)))
    return fleet
  }

  /** After the broker was away. */
  async reconnect(): Promise<void> {
    for (let i = 0; i < this.#devices.length; i += AT_A_TIME)
      await Promise.all(this.#devices.slice(i, i + AT_A_TIME).map(device => device.reconnect()))
  }

  /** Until it is stopped, and everything is acknowledged. @param rate readings a second */
  async send(rate: number): Promise<void> {
    for (let sinceMs = performance.now(); !this.#over.signal.aborted;) {
      await sleep(TICK_MS)
      const now = performance.now()
      const count = Math.round(((now - sinceMs) / 1000) * rate)
      sinceMs = now
      for (let i = 0; i < count; i++) this.#publish(this.sent++)
    }
    await Promise.all(this.#waiting)
  }

  stop(): void {
    this.#over.abort()
  }

  close(): void {
    for (const device of this.#devices) device.close()
  }

  /** @param at as `2026-06-01T00:00:30Z` */
  numberOf(sensor: string, at: string): number {
    const round = (Date.parse(at) - FIRST_AT) / (INTERVAL_S * 1000)
    return round * this.#devices.length + Number(sensor.slice('INT-'.length, -'-SENSOR-01'.length))
  }

  /** @param message as the tap tells it */
  numberOfMessage(message: string): number {
    const [, sensor = '', payload = ''] = /^city\/([^/]+)\/reading (.*)$/s.exec(message) ?? []
    return this.numberOf(sensor, (JSON.parse(payload) as { timestamp: string }).timestamp)
  }

  #publish(n: number): void {
    const sensor = n % this.#devices.length
    const payload = JSON.stringify({
      timestamp: new Date(FIRST_AT + Math.floor(n / this.#devices.length) * INTERVAL_S * 1000).toISOString(),
      intersection_id: idOf(sensor).slice(0, -'-SENSOR-01'.length),
      vehicle_count: n % 50,
      average_speed: 25,
      district: 'downtown',
    })
    const done = this.#devices[sensor]?.publish(`city/${idOf(sensor)}/reading`, payload).then(() => {
      this.acknowledgedMs.set(n, performance.now())
      this.#waiting.delete(done)
    }) as Promise<void>
    this.#waiting.add(done)
  }
}

function idOf(i: number): string {
  return `INT-${String(i).padStart(5, '0')}-SENSOR-01`
}
