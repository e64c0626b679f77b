import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Account } from './account.ts'
import { status, untilLevel, verify } from './ask.ts'
import { check, isGood } from './check.ts'
import type { Checked } from './check.ts'
import type { Random } from '../random.ts'
import { onThisMachineMs } from './patience.ts'
import { Readings } from './reading.ts'
import { print } from './report.ts'
import type { Report } from './report.ts'
import { Sender } from './sender.ts'
import { goneWithin, killMarked, orphanMayLiveMs, ServerProcess } from './server-process.ts'
import type { Marked } from './server-process.ts'
import { StreamAccount } from './streams/account.ts'
import { expectStreams } from './streams/check.ts'
import { KINDS } from './streams/kinds.ts'

/** A server with its data in a folder of its own, clients that feed it, and the account of what they sent. */
export class City {
  readonly dataFolder: string
  readonly account: Account
  readonly readings: Readings
  readonly streams: readonly StreamAccount[]
  readonly sender: Sender
  readonly #folder: string
  /** Processes of the servers so far, which may outlive them. */
  readonly #engines: Marked[] = []
  /** Where its readers had their folders, outside of its own. */
  readonly #readersAt = new Set<string>()
  #hasEnded = false
  /** Processes killed hard; two at one moment count once. */
  kills = 0
  #server: ServerProcess | null = null
  #url = 'http://127.0.0.1:9'

  constructor(folder: string, random: Random, load: { lanes: number; pauseMs: number }) {
    this.#folder = folder
    this.dataFolder = join(folder, 'data', 'city')
    this.readings = new Readings(Date.now())
    this.account = new Account(this.readings, random)
    this.streams = KINDS.map(kind => new StreamAccount(kind, random, Date.now()))
    const { account, streams } = this
    this.sender = new Sender({ account, streams, random, url: () => this.#url, ...load })
  }

  get url(): string {
    return this.#url
  }

  get server(): ServerProcess {
    if (this.#server === null) throw new Error('no server was started')
    return this.#server
  }

  /** What the server wrote to stderr last. */
  get lastWords(): string {
    return this.#server?.lastWords ?? ''
  }

  /** @param more lines of `limits` */
  async configure(more = ''): Promise<void> {
    const limits = `limits:\n  sqlMaxRows: 10000000\n  sqlMaxMemoryBytes: 1GiB\n  sqlTimeoutS: 120\n${more}`
    await writeFile(join(this.#folder, 'arterial.yaml'), limits)
  }

  /** Starts a server without waiting for it. */
  launch(): ServerProcess {
    if (this.#hasEnded) throw new Error('the run is over')
    this.#server = new ServerProcess(this.#folder, this.dataFolder)
    return this.#server
  }

  async start(): Promise<void> {
    this.#url = await this.launch().ready
    await this.#noteEngines()
  }

  /** Waits for the server launched last. */
  async ready(): Promise<void> {
    this.#url = await this.server.ready
    await this.#noteEngines()
  }

  /** Waits until a server whose engine was killed says that it is ready again. */
  async engineBack(restarts: number): Promise<void> {
    const begun = performance.now()
    for (;;) {
      const now = await status(this.#url).catch(() => null)
      if (now?.ready === true && now.engine.restarts > restarts) break
      if (performance.now() - begun > onThisMachineMs(120_000))
        throw new Error(
          'the engine did not come back within two minutes, or longer by as much as the machine is busy',
        )
      await sleep(30)
    }
    await this.#noteEngines()
  }

  /** Kills the server hard. @returns whether its engine and readers were gone in time, and how long that took */
  async killServer(): Promise<number | null> {
    const engine = await this.server.engine()
    const all = [...(engine === null ? [] : [engine]), ...(await this.server.readers())]
    if (this.server.lives) this.kills++
    this.server.kill()
    await this.server.gone()
    const gone = await Promise.all(all.map(one => goneWithin(one, orphanMayLiveMs())))
    return gone.reduce<number | null>(
      (most, ms) => (most === null || ms === null ? null : Math.max(most, ms)),
      0,
    )
  }

  async kill(process: Marked): Promise<void> {
    if (await killMarked(process)) this.kills++
  }

  /** Puts the sensors that send no place into the register; again and again does no harm. */
  async register(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const answer = await fetch(`${this.#url}/v1/sensors`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.readings.register()),
      }).catch(() => null)
      if (answer?.status === 200) return
      if (attempt > 100)
        throw new Error(`the register was not taken: ${(await answer?.text()) ?? 'no answer'}`)
      await sleep(100)
    }
  }

  /** Lines of streams that were acknowledged. */
  get streamLines(): number {
    return this.streams.reduce((sum, { lines }) => sum + lines, 0)
  }

  /** A line of the log is gone, by the harness's own hand. */
  destroy(stream: string, line: Buffer): void {
    this.account.destroy(line)
    for (const account of this.streams) if (account.kind.name === stream) account.destroy(line)
  }

  /**
   * Compares everything; nothing may be sent meanwhile.
   * @param mayTell codes of problems that may be reported
   */
  async compare(
    report: Report,
    where: string,
    mayTell: readonly string[] = [],
  ): Promise<Checked & { equal: boolean }> {
    const level = await untilLevel(this.#url)
    const checked = await check(this.#url, this.account, this.readings)
    await expectStreams(this.#url, this.streams, report, where)
    const verified = await verify(this.dataFolder)
    report.expect(checked.lost === 0, `${where}: ${checked.lost} acknowledged readings are lost`)
    report.expect(checked.doubled === 0, `${where}: ${checked.doubled} readings are there twice`)
    report.expect(checked.wrong === 0, `${where}: ${checked.wrong} readings are not what was sent`)
    report.expect(
      checked.misplaced === 0,
      `${where}: ${checked.misplaced} lines of quarantine or conflicts differ`,
    )
    report.expect(verified.equal && verified.streams.length === 0, `${where}: verify found differences`)
    report.expect(
      verified.readings === checked.rows,
      `${where}: verify counts ${verified.readings} readings, silver has ${checked.rows}`,
    )
    const problems = level.problems
      .filter(({ code }) => !mayTell.includes(code))
      .map(({ code, message }) => `${code}: ${message}`)
    report.expect(problems.length === 0, `${where}: problems are reported: ${problems.join('; ')}`)
    if (!isGood(checked)) for (const example of checked.examples) print(`    ${example}`)
    return { ...checked, equal: verified.equal }
  }

  /** Ends what this city started, by id. */
  async end(): Promise<void> {
    this.#hasEnded = true
    await this.#noteEngines().catch(() => undefined)
    this.#server?.kill()
    await this.#server?.gone()
    for (const engine of this.#engines) await killMarked(engine)
    for (const folder of this.#readersAt) await rm(folder, { recursive: true, force: true })
  }

  async #noteEngines(): Promise<void> {
    if (this.#server === null) return
    const engine = await this.#server.engine()
    const readers = await this.#server.readers()
    this.#engines.push(...(engine === null ? [] : [engine]), ...readers)
    for (const { cwd } of readers) this.#readersAt.add(dirname(cwd))
  }
}
