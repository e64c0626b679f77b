import { setTimeout as sleep } from 'node:timers/promises'
import { status } from './ask.ts'
import type { City } from './city.ts'
import { between, pick } from '../random.ts'
import type { Random } from '../random.ts'
import type { Report } from './report.ts'
import { onThisMachineMs } from './patience.ts'
import { goneWithin, orphanMayLiveMs } from './server-process.ts'

const KINDS = [
  'server',
  'engine',
  'both',
  'server, again while it starts',
  'engine, again while it recovers',
  'a reader',
] as const
type Kind = (typeof KINDS)[number]
const CHECK_EVERY = 10
/** Another reader is started within a second or two; a question may wait in line behind others. */
const READ_AGAIN_MS = 30_000

/** Kills processes at random moments under load; now and then stops the load and compares everything. */
export async function killPhase(city: City, random: Random, report: Report, kills: number): Promise<void> {
  city.sender.start()
  for (let round = 1; round <= kills; round++) {
    await sleep(between(random, 0, pick(random, [300, 1500, 4000])))
    const kind = pick(random, KINDS)
    const begun = performance.now()
    const orphanMs = await kill(city, random, kind)
    const downMs = performance.now() - begun
    report.expect(orphanMs !== null, `round ${round}: an engine or reader lived on too long`)
    if (random() < 0.2) await city.register()
    if (round % CHECK_EVERY !== 0 && round !== kills) {
      const acknowledged = city.account.acknowledged.size
      report.add({
        round: String(round),
        what: kind,
        downMs,
        acknowledged,
        lost: null,
        doubled: null,
        verify: '–',
      })
      continue
    }
    await city.sender.pause()
    const { acknowledged, lost, doubled, equal } = await city.compare(report, `round ${round}`)
    const verdict = equal ? 'equal' : 'DIFFERS'
    report.add({ round: String(round), what: kind, downMs, acknowledged, lost, doubled, verify: verdict })
    if (round < kills) city.sender.start()
  }
}

/** @returns how long an orphaned engine lived, ms; null when it outlived its time */
async function kill(city: City, random: Random, kind: Kind): Promise<number | null> {
  if (kind === 'engine' || kind === 'engine, again while it recovers') {
    await killEngine(city, kind === 'engine' ? [] : [between(random, 0, 600)])
    return 0
  }
  if (kind === 'a reader') {
    await killReader(city, random)
    return 0
  }
  if (kind === 'both') {
    const engine = await city.server.engine()
    city.server.kill()
    if (engine !== null) await city.kill(engine)
    await city.server.gone()
    await city.start()
    return 0
  }
  let orphanMs = await city.killServer()
  if (kind === 'server, again while it starts') {
    const server = city.launch()
    // Either it comes up, or its time is over before.
    await Promise.race([sleep(between(random, 50, 2500)), server.ready.catch(() => undefined)])
    const again = await city.killServer()
    orphanMs = orphanMs === null || again === null ? null : Math.max(orphanMs, again)
  }
  await city.start()
  return orphanMs
}

/** @param again ms after each comeback of the process at which it is killed once more */
async function killEngine(city: City, again: readonly number[]): Promise<void> {
  const { engine } = await status(city.url)
  for (const pauseMs of [0, ...again]) {
    let child = await city.server.engine()
    for (; child === null; child = await city.server.engine()) await sleep(20)
    await sleep(pauseMs)
    await city.kill(child)
    await goneWithin(child, orphanMayLiveMs())
  }
  await city.engineBack(engine.restarts + again.length)
}

/** Whoever reads meanwhile is answered, or told to ask again; loading goes on. */
async function killReader(city: City, random: Random): Promise<void> {
  const readers = await city.server.readers()
  if (readers.length > 0) await city.kill(pick(random, readers))
  const begun = performance.now()
  while (!(await answers(city.url))) {
    const waitedMs = performance.now() - begun
    if (waitedMs > onThisMachineMs(READ_AGAIN_MS))
      throw new Error(`nothing is read ${Math.round(waitedMs / 1000)} s after a reader was killed`)
    await sleep(50)
  }
}

async function answers(url: string): Promise<boolean> {
  const body = 'SELECT count() AS n FROM silver.readings AS r'
  const asked = [
    fetch(`${url}/v1/sql`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body }),
    fetch(`${url}/v1/sensors?limit=5`),
  ]
  const answered = await Promise.all(asked.map(one => one.then(({ ok }) => ok).catch(() => false)))
  return answered.every(Boolean)
}
