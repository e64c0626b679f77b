import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { accepts, freePorts } from '../ports.ts'
import { TestAuthority } from './certificates.ts'
import type { Identity } from './certificates.ts'

/** Debian puts it where only an administrator's path leads. */
const PROGRAM = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'].find(existsSync)
const USER = 'arterial'
const PASSWORD = 'a word of the test'

/** Why there is no broker; null where there is one. */
export const mosquittoMissing = PROGRAM === undefined ? 'no mosquitto: apt-get install mosquitto' : null

const PORTS = ['clear', 'tls', 'mutual', 'ws', 'wss', 'expired'] as const

/**
 * A real broker of MQTT 3.1.1 and 5 in a folder of its own, on 127.0.0.1: in clear for devices, by TLS with a password or a client
 * certificate for cities, and by WebSockets.
 */
export class Mosquitto {
  readonly folder = mkdtempSync(join(tmpdir(), 'arterial-mosquitto-'))
  readonly user = USER
  readonly password = PASSWORD
  /** Its servers' certificates and those of its clients are of it. */
  readonly authority = new TestAuthority(join(this.folder, 'authority'))
  #ports: Readonly<Record<(typeof PORTS)[number], number>> = EMPTY
  #autosaveS = 0
  #process: ChildProcess | null = null

  get port(): number {
    return this.#ports.clear
  }

  /** Its certificate is for `localhost`. */
  get tlsAddress(): string {
    return `localhost:${this.#ports.tls}`
  }

  /** Lets in whom its authority knows, by the name in the certificate. */
  get mutualAddress(): string {
    return `localhost:${this.#ports.mutual}`
  }

  get wsAddress(): string {
    return `ws://127.0.0.1:${this.#ports.ws}/mqtt`
  }

  /** Wants a client certificate too. */
  get wssAddress(): string {
    return `wss://localhost:${this.#ports.wss}/mqtt`
  }

  /** Its own certificate has expired. */
  get expiredAddress(): string {
    return `localhost:${this.#ports.expired}`
  }

  get caPath(): string {
    return this.authority.caPath
  }

  /** @param autosaveS what it has is saved so often (s); 0: when it ends in order only */
  static async start({ autosaveS = 0 }: { readonly autosaveS?: number } = {}): Promise<Mosquitto> {
    const broker = new Mosquitto()
    const free = await freePorts(PORTS.length)
    broker.#ports = Object.fromEntries(PORTS.map((name, i) => [name, free[i] ?? 0])) as typeof EMPTY
    broker.#autosaveS = autosaveS
    writeFileSync(join(broker.folder, 'users'), `${USER}:${PASSWORD}\n`, { mode: 0o600 })
    const tool = (PROGRAM ?? '').replace('sbin', 'bin').replace(/mosquitto$/, 'mosquitto_passwd')
    execFileSync(tool, ['-U', join(broker.folder, 'users')], { stdio: 'ignore' })
    writeFileSync(join(broker.folder, 'acl'), `user ${USER}\ntopic read city/#\ntopic read weather/#\n`, {
      mode: 0o600,
    })
    writeFileSync(join(broker.folder, 'mosquitto.conf'), broker.#settings())
    await broker.resume()
    return broker
  }

  /** Starts it again, with the sessions that it had. */
  async resume(): Promise<void> {
    const child = spawn(PROGRAM ?? '', ['-c', join(this.folder, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-10_000)))
    this.#process = child
    while (!(await this.#listens())) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`mosquitto ended: ${said}`)
      await sleep(20)
    }
  }

  /** In order: then it keeps what it has. */
  pause(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** `kill -9`: what it has not saved is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Has it save what it has, as it does by itself every `autosaveS`. */
  async save(): Promise<void> {
    const [path, beforeMs] = [join(this.folder, 'mosquitto.db'), Date.now()]
    this.#process?.kill('SIGUSR1')
    const savedMs = () => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    while (savedMs() < beforeMs) await sleep(20)
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(done => child.once('exit', done))
    child.kill(signal)
    await ended
  }

  async #listens(): Promise<boolean> {
    const open = await Promise.all(Object.values(this.#ports).map(accepts))
    return open.every(Boolean)
  }

  /** As a broker without persistence does when it is started again. */
  async forget(): Promise<void> {
    await this.pause()
    await rm(join(this.folder, 'mosquitto.db'), { force: true })
    await this.resume()
  }

  async stop(): Promise<void> {
    await this.pause()
    await rm(this.folder, { recursive: true, force: true })
  }

  #settings(): string {
    const { clear, tls, mutual, ws, wss, expired } = this.#ports
    const acl = `acl_file ${join(this.folder, 'acl')}`
    const byPassword = `allow_anonymous false\npassword_file ${join(this.folder, 'users')}\n${acl}`
    const byCertificate = `cafile ${this.caPath}\nrequire_certificate true\nuse_identity_as_username true\n${acl}`
    const own = identityLines(this.authority.make('localhost', 'DNS:localhost'))
    const old = identityLines(this.authority.make('localhost', 'DNS:localhost', -1))
    return `
per_listener_settings true
user ${userInfo().username}
persistence true
persistence_location ${this.folder}/
autosave_interval ${this.#autosaveS}
max_queued_messages 0
max_inflight_messages 1000
log_dest none

listener ${clear} 127.0.0.1
allow_anonymous true

listener ${tls} 127.0.0.1
${byPassword}
${own}

listener ${mutual} 127.0.0.1
${byCertificate}
${own}

listener ${ws} 127.0.0.1
protocol websockets
allow_anonymous true

listener ${wss} 127.0.0.1
protocol websockets
${byCertificate}
${own}

listener ${expired} 127.0.0.1
allow_anonymous true
${old}
`
  }
}

const EMPTY = { clear: 0, tls: 0, mutual: 0, ws: 0, wss: 0, expired: 0 }

function identityLines({ certPath, keyPath }: Identity): string {
  return `certfile ${certPath}\nkeyfile ${keyPath}`
}
