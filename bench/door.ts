import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'
import type { BenchOptions, BenchOutcome } from '../src/app/cli/commands/bench.ts'
import { clientOptions } from '../src/sources/kafka/client/platformatic.ts'
import { missingBroker, TestBroker } from '../test/integration/kafka/broker.ts'
import { DoorProcess } from '../test/integration/kafka/door-process.ts'
import { mib, round, table, thousands } from './figures.ts'
import { readingsInMemory, slice, STEP } from './load/readings.ts'
import { Sender, sendAll } from './load/sender.ts'
import { cpuBetween, cpuTotalMs, ProcessTree } from './system/processes.ts'
import { BenchFailedError, withFolder } from './system/server.ts'

const ROWS = 1_000_000
const LINES = 2000
const SENSORS = 20_000
const CONNECTIONS = 4
const WARM_UP_ROWS = 100_000
const PARTITIONS = 4
const READY_MS = 60_000
const TOPICS = ['traffic-sensors', 'weather-events']

/**
 * Sends readings to one door as fast as it takes them, which publishes them to a real Kafka, and counts the processor that the door
 * takes. Broker, sender and door share the machine: the door's own processor is what it costs, readings a second tell little.
 */
export async function run(options: BenchOptions): Promise<BenchOutcome> {
  const missing = missingBroker()
  if (missing !== null) throw new BenchFailedError(missing)
  const { rows = ROWS, lines = LINES, seed = 1, signal, onProgress } = options
  const each = Math.ceil(lines / STEP) * STEP
  const broker = await TestBroker.start()
  try {
    return await withFolder(async dir => {
      const door = await doorTo(broker.address, dir)
      const tree = new ProcessTree(door.pid).watch()
      const sender = new Sender(door.url, CONNECTIONS, signal)
      try {
        onProgress(`${thousands(rows)} readings, ${thousands(each)} a request, ${CONNECTIONS} connections…`)
        const readings = readingsInMemory(WARM_UP_ROWS + rows, { sensors: SENSORS, seed }, Date.now())
        let next = 0
        const upto = (end: number) => () => {
          if (next >= end) return null
          const from = next
          next = Math.min(next + each, readings.count)
          return slice(readings, from, next)
        }
        await sendAll(sender, CONNECTIONS, upto(WARM_UP_ROWS))
        const before = tree.cpu()
        const [begunMs, first] = [performance.now(), next]
        await sendAll(sender, CONNECTIONS, upto(readings.count))
        const elapsedS = (performance.now() - begunMs) / 1000
        const cpuS = cpuTotalMs(cpuBetween(before, tree.cpu())) / 1000
        const bytes = Math.round(readings.bytes.length / readings.count)
        return outcome({ sent: readings.count - first, bytes, elapsedS, cpuS, peakMiB: mib(tree.peakBytes) })
      } finally {
        sender.close()
        tree.stop()
        await door.stop()
      }
    })
  } finally {
    await broker.stop()
  }
}

async function doorTo(address: string, dir: string): Promise<DoorProcess> {
  const open = { brokers: [address], tls: 'off', ca: null, user: null, password: null } as const
  const admin = new Admin({
    ...clientOptions({ ...open, mechanism: 'PLAIN' }, 'bench'),
    retries: 20,
    retryDelay: 200,
  })
  await admin.createTopics({ topics: TOPICS, partitions: PARTITIONS, replicas: 1 })
  await admin.close()
  const file = join(dir, 'door.yaml')
  writeFileSync(file, `kafka: {doors: [{name: bench, brokers: ["${address}"], tls: off}]}\n`)
  const door = await DoorProcess.start(file)
  const endMs = performance.now() + READY_MS
  for (;;) {
    if ((await fetch(`${door.url}/readyz`)).ok) return door
    await sleep(50)
    if (performance.now() > endMs) throw new BenchFailedError('the door does not reach the broker')
  }
}

interface Measured {
  readonly sent: number
  /** Of a reading. */
  readonly bytes: number
  readonly elapsedS: number
  readonly cpuS: number
  readonly peakMiB: number
}

function outcome({ sent, bytes, elapsedS, cpuS, peakMiB }: Measured): BenchOutcome {
  const perCore = Math.round(sent / cpuS)
  const perS = Math.round(sent / elapsedS)
  const microseconds = round((cpuS / sent) * 1_000_000)
  const json = { readings: sent, bytes, elapsedS: round(elapsedS), perS, perCore, microseconds, peakMiB }
  const rows = [
    ['readings', `${thousands(sent)} of ${bytes} bytes, ${thousands(perS)} a second on this machine`],
    ['a core of the door', `${thousands(perCore)} readings a second, ${microseconds} µs each`],
    ['door', `${peakMiB} MiB at most`],
  ]
  return { json, text: table(rows), ok: true }
}
