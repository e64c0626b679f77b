import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Status } from '../../src/serve/contract/index.ts'
import { sql } from '../crash/ask.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { Mosquitto, mosquittoMissing } from '../integration/mqtt/mosquitto.ts'
import { Tap } from '../integration/mqtt/tap.ts'
import { between, seededRandom } from '../random.ts'
import { Fleet } from './fleet.ts'

// Devices publish by QoS 1 to a real broker while the city that reads it is ended by SIGKILL again and again, and the broker too
// where asked. What the broker acknowledged to a device must be in silver, once; of a broker that is killed, what had come to the
// city. What it acknowledged to devices and had not saved is counted.

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '20' },
    'broker-kills': { type: 'string', default: '0' },
    autosave: { type: 'string', default: '1' },
    rate: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})
const devices = Number(values.devices)
const kills = Number(values.kills)
const brokerKills = Number(values['broker-kills'])
const autosaveS = brokerKills > 0 ? Number(values.autosave) : 0
const random = seededRandom(Number(values.seed))
const LEVEL_MS = 600_000
let lastMessages = -1
let sinceMs = 0

if (mosquittoMissing !== null) {
  process.stdout.write(`skipped: ${mosquittoMissing}\n`)
  process.exit(0)
}
const begunMs = performance.now()
const cwd = mkdtempSync(join(tmpdir(), 'arterial-mqtt-kills-'))
const broker = await Mosquitto.start({ autosaveS })
const tap = brokerKills > 0 ? await Tap.start(broker.port) : null
const fleet = await Fleet.connect(broker.port, devices)
process.stdout.write(`${devices} devices are connected after ${seconds()} s\n`)
writeFileSync(
  join(cwd, 'arterial.yaml'),
  `
server: {port: 0}
limits: {minFreeDiskBytes: 0, sqlMaxRows: 10000000}
mqtt:
  feeds:
    - name: field
      broker: 127.0.0.1:${tap?.port ?? broker.port}
      tls: "off"
      topics: [{topic: "city/{sensor_id}/reading", stream: readings}]
`,
)
let server = new ServerProcess(cwd, join(cwd, 'data', 'city'))
let url = await server.ready
const isSubscribed = ({ mqtt }: Status) => mqtt?.[0]?.topics[0]?.state === 'subscribed'
await until('subscribed', isSubscribed)
// As a city that has been there for long: its subscription is saved.
await broker.save()

const brokerEnds: { readonly atMs: number; readonly kind: Kind }[] = []
const sending = fleet.send(Number(values.rate))
for (const [i, kind] of schedule().entries()) {
  await sleep(between(random, 500, 5000))
  await end(kind)
  process.stdout.write(
    `${i + 1}/${kills + brokerKills} ${kind} killed; ${fleet.acknowledgedMs.size} of ${fleet.sent} acknowledged\n`,
  )
}
fleet.stop()
await sending
const wanted = fleet.acknowledgedMs.size
await until('level', ({ layers, backlog, mqtt }) => {
  const isLevel = backlog.records === 0 && isSubscribed({ mqtt } as Status)
  return isLevel && (brokerKills > 0 ? isQuiet(mqtt) : layers.silver.rows >= wanted)
})
const isRight = await judge()
process.stdout.write(
  isRight
    ? 'nothing that came to the city or was acknowledged by it is lost, nothing counts twice\n'
    : 'WRONG\n',
)
await server.stop()
fleet.close()
tap?.stop()
await broker.stop()
rmSync(cwd, { recursive: true, force: true, maxRetries: 5 })
process.exit(isRight ? 0 : 1)

type Kind = 'city' | 'broker' | 'both'

/** In random order; of the broker's kills every second together with the city. */
function schedule(): Kind[] {
  const all: Kind[] = [
    ...Array.from({ length: kills }, (): Kind => 'city'),
    ...Array.from({ length: brokerKills }, (_, i): Kind => (i % 2 === 0 ? 'broker' : 'both')),
  ]
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[all[i], all[j]] = [all[j] as Kind, all[i] as Kind]
  }
  return all
}

async function end(kind: Kind): Promise<void> {
  if (kind !== 'broker') {
    tap?.cityEnds()
    server.kill()
    await server.gone()
  }
  if (kind === 'both') await sleep(between(random, 0, 2000))
  if (kind !== 'city') {
    await broker.kill()
    brokerEnds.push({ atMs: performance.now(), kind })
    await sleep(between(random, 0, 1000))
    await broker.resume()
    await fleet.reconnect()
  }
  if (kind === 'broker') return
  server = new ServerProcess(cwd, join(cwd, 'data', 'city'))
  url = await server.ready
}

/** Nothing more comes from the broker for a while: what it has lost nobody can wait for. */
function isQuiet(mqtt: Status['mqtt']): boolean {
  const messages = mqtt?.[0]?.topics[0]?.messages ?? 0
  if (messages !== lastMessages) sinceMs = performance.now()
  lastMessages = messages
  return performance.now() - sinceMs > 15_000
}

async function judge(): Promise<boolean> {
  const now = await status()
  const { layers, repeats, conflicts, mqtt } = now
  const rows = await sql<{ sensor: string; at: string }>(
    url,
    "SELECT sensor_id AS sensor, formatDateTime(measured_at, '%FT%TZ', 'UTC') AS at FROM silver.readings",
  )
  const inSilver = new Set(rows.map(({ sensor, at }) => fleet.numberOf(sensor, at)))
  const lost = [...fleet.acknowledgedMs].filter(([n]) => !inSilver.has(n))
  const missing = (messages: ReadonlySet<string> | undefined) =>
    [...(messages ?? [])].filter(message => !inSilver.has(fleet.numberOfMessage(message))).length
  const [bronze] = await sql<{ lines: number; different: number }>(
    url,
    "SELECT toUInt32(count()) AS lines, toUInt32(uniqExact(line)) AS different FROM bronze.lines WHERE source = 'mqtt:city/{sensor_id}/reading'",
  )
  // Each was lost by the first kill behind its acknowledgement.
  const losses = lost.map(([, atMs]) => {
    const end = brokerEnds.find(one => one.atMs >= atMs)
    return { ageMs: (end?.atMs ?? Infinity) - atMs, kind: end?.kind }
  })
  const result = {
    ...{ devices, kills, brokerKills, autosaveS, sent: fleet.sent, acknowledged: wanted },
    ...{ silver: layers.silver.rows, quarantined: layers.quarantine.rows, repeats, conflicts, bronze },
    lostSessions: mqtt?.[0]?.lost.length,
    lostByBroker: lost.length,
    lostWithTheCityAway: losses.filter(({ kind }) => kind === 'both').length,
    oldestLostMs: Math.round(Math.max(0, ...losses.map(({ ageMs }) => ageMs))),
    acknowledgedByCity: tap?.acknowledged.size,
    inHandAtBrokersEnd: tap?.inHand.size,
    acknowledgedByCityAndMissing: missing(tap?.acknowledged),
    inHandAndMissing: missing(tap?.inHand),
    seconds: seconds(),
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return (
    (brokerKills > 0 || lost.length === 0) &&
    result.acknowledgedByCityAndMissing + result.inHandAndMissing === 0 &&
    layers.silver.rows === inSilver.size &&
    layers.silver.rows === wanted - lost.length &&
    bronze?.different === layers.silver.rows &&
    bronze.lines === layers.silver.rows + repeats &&
    conflicts + layers.quarantine.rows === 0
  )
}

async function status(): Promise<Status> {
  return (await (await fetch(`${url}/v1/status`)).json()) as Status
}

async function until(what: string, isSo: (status: Status) => boolean): Promise<void> {
  const endMs = performance.now() + LEVEL_MS
  for (;;) {
    const now = await status()
    if (isSo(now)) return
    if (performance.now() > endMs) {
      const { layers, mqtt } = now
      throw new Error(`not ${what}: ${JSON.stringify({ sent: fleet.sent, rows: layers.silver.rows, mqtt })}`)
    }
    await sleep(200)
  }
}

function seconds(): number {
  return Math.round((performance.now() - begunMs) / 1000)
}
