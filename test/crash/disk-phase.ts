import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { between, pick } from '../random.ts'
import type { Random } from '../random.ts'
import { TinyDisk } from '../tiny-disk.ts'
import { status } from './ask.ts'
import { City } from './city.ts'
import type { Cleanup } from './cleanup.ts'
import { onThisMachineMs } from './patience.ts'
import { print } from './report.ts'
import type { Report } from './report.ts'
import { goneWithin, orphanMayLiveMs } from './server-process.ts'

const KIB = 1024
/** Room for what a run sends, with the parts that the engine keeps for eight minutes after a merge. */
const DISK_BYTES = 512 * KIB * KIB
/** What is left when it is filled: nothing, too little for a definition, for a part, for loading. */
const LEFT = [0, 4 * KIB, 12 * KIB, 64 * KIB, 1024 * KIB, 10 * KIB * KIB] as const
const KINDS = [
  'fills under load',
  'fills under load, server killed',
  'fills while the engine is down',
  'starts with 0–64 KiB',
  'starts with 0–64 KiB, killed while it waits',
  'fills while it starts',
] as const
type Kind = (typeof KINDS)[number]
const CHECK_EVERY = 6

/** A city on a small disk of its own, which is filled and freed at random moments under load, also while things are killed. */
export async function diskPhase(
  random: Random,
  report: Report,
  rounds: number,
  load: { lanes: number; pauseMs: number },
  cleanup: Cleanup,
): Promise<void> {
  if (rounds === 0) return
  const disk = TinyDisk.mount(DISK_BYTES)
  if (typeof disk === 'string') {
    print(`the disk phase is left out: ${disk}`)
    return
  }
  const city = new City(await realpath(await mkdtemp(join(disk.path, 'city-'))), random, load)
  const end = cleanup.add(async () => {
    await city.end()
    disk.unmount()
  })
  try {
    await city.configure('  minFreeDiskBytes: 0B\n')
    await city.start()
    await city.register()
    city.sender.start()
    for (let round = 1; round <= rounds; round++)
      await playRound({ city, disk, random, report }, round, rounds)
  } catch (error) {
    report.expect(false, error instanceof Error ? (error.stack ?? error.message) : String(error))
    print(city.server.lastWords)
  } finally {
    report.kills += city.kills
    await end()
  }
}

interface Play {
  readonly city: City
  readonly disk: TinyDisk
  readonly random: Random
  readonly report: Report
}

async function playRound(play: Play, round: number, rounds: number): Promise<void> {
  const { city, disk, random, report } = play
  await sleep(between(random, 200, 2500))
  const kind = KINDS[(round - 1) % KINDS.length] ?? 'fills under load'
  const where = `disk ${round} (${kind})`
  const begun = performance.now()
  await PLAYS[kind](play, where)
  disk.empty()
  await comeBack(play, where)
  const downMs = performance.now() - begun
  const row = { round: `f${round}`, what: kind, downMs, acknowledged: city.account.acknowledged.size }
  if (round % CHECK_EVERY !== 0 && round !== rounds) {
    report.add({ ...row, lost: null, doubled: null, verify: '–' })
    return
  }
  await city.sender.pause()
  const aside = await forgetSetAside(city)
  const { acknowledged, lost, doubled, equal } = await city.compare(report, where)
  const verify = equal ? 'equal' : 'DIFFERS'
  report.add({ ...row, what: `${kind}; ${aside} lakes set aside`, acknowledged, lost, doubled, verify })
  if (round < rounds) city.sender.start()
}

const PLAYS: Readonly<Record<Kind, (play: Play, where: string) => Promise<void>>> = {
  'fills under load': fillsUnderLoad,
  async 'fills under load, server killed'(play, where) {
    await fillsUnderLoad(play, where)
    await play.city.killServer()
    play.city.launch()
    await sleep(between(play.random, 0, 3000))
  },
  async 'fills while the engine is down'({ city, disk, random, report }, where) {
    const engine = await city.server.engine()
    if (engine !== null) await city.kill(engine)
    disk.fill(pick(random, LEFT))
    if (engine !== null) await goneWithin(engine, orphanMayLiveMs())
    await sleep(between(random, 500, 4000))
    report.expect(city.server.lives, `${where}: the server ended: ${city.server.lastWords}`)
  },
  async 'starts with 0–64 KiB'(play, where) {
    await startsFull(play, where)
  },
  async 'starts with 0–64 KiB, killed while it waits'(play, where) {
    await startsFull(play, where)
    await play.city.killServer()
    play.city.launch()
    await sleep(between(play.random, 0, 2000))
  },
  async 'fills while it starts'({ city, disk, random }) {
    await city.killServer()
    city.launch()
    await sleep(between(random, 50, 4000))
    disk.fill(between(random, 0, 16) * 4 * KIB)
    await sleep(between(random, 500, 3000))
  },
}

async function fillsUnderLoad({ city, disk, random, report }: Play, where: string): Promise<void> {
  const left = pick(random, LEFT)
  disk.fill(left)
  await sleep(between(random, 600, 4000))
  report.expect(city.server.lives, `${where}: the server ended: ${city.server.lastWords}`)
  const now = await status(city.url)
  const codes = now.problems.map(({ code }) => code)
  report.expect(
    codes.includes('disk_full'),
    `${where}: with ${left} bytes left the status says ${codes.join()}`,
  )
  const list = await fetch(`${city.url}/v1/sensors?limit=5`, {
    signal: AbortSignal.timeout(onThisMachineMs(20_000)),
  })
  report.expect(
    list.status === 200 || now.engine.state !== 'ready',
    `${where}: a list is answered ${list.status}`,
  )
}

/** A server started on a full disk waits for space, and says so to who asks. */
async function startsFull({ city, disk, random, report }: Play, where: string): Promise<void> {
  await city.killServer()
  disk.fill(between(random, 0, 16) * 4 * KIB)
  const server = city.launch()
  await sleep(between(random, 2500, 5000))
  report.expect(server.lives, `${where}: it did not wait for space: ${server.lastWords}`)
}

/** Everything goes on by itself once there is room; what ended (in order, saying why) starts again. */
async function comeBack({ city, report }: Play, where: string): Promise<void> {
  try {
    await city.ready()
  } catch {
    report.expect(
      !/A mistake in Arterial/.test(city.server.lastWords),
      `${where}: it ended by a mistake: ${city.server.lastWords}`,
    )
    await city.start()
  }
  const begun = performance.now()
  for (;;) {
    const now = await status(city.url).catch(() => null)
    if (now?.ready === true && now.disk.state === 'ok') return
    if (performance.now() - begun > onThisMachineMs(120_000))
      throw new Error(
        `${where}: it did not go on within two minutes, or longer by as much as the machine is busy`,
      )
    await sleep(50)
  }
}

/** @returns how many lakes were set aside; an operator would look at them, and remove them */
async function forgetSetAside(city: City): Promise<number> {
  const names = (await readdir(city.dataFolder)).filter(name => name.startsWith('lake.damaged-'))
  if (names.length === 0) return 0
  for (const name of names) await rm(join(city.dataFolder, name), { recursive: true })
  await city.server.stop()
  await city.start()
  return names.length
}
