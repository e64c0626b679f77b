import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { accepts, freePorts } from '../ports.ts'

/** Debian puts it where only an administrator's path leads. */
const PROGRAM = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'].find(existsSync)
const USER = 'arterial'
const PASSWORD = 'a word of the test'

/** Why there is no broker; null where there is one. */
export const mosquittoMissing = PROGRAM === undefined ? 'no mosquitto: apt-get install mosquitto' : null

/** A real broker of MQTT 3.1.1 and 5 in a folder of its own, on 127.0.0.1: in clear for devices, by TLS and with a password for cities. */
export class Mosquitto {
  readonly folder = mkdtempSync(join(tmpdir(), 'arterial-mosquitto-'))
  readonly user = USER
  readonly password = PASSWORD
  #port = 0
  #tlsPort = 0
  #process: ChildProcess | null = null

  get port(): number {
    return this.#port
  }

  /** Its certificate is for `localhost`. */
  get tlsAddress(): string {
    return `localhost:${this.#tlsPort}`
  }

  get caPath(): string {
    return join(this.folder, 'ca.pem')
  }

  static async start(): Promise<Mosquitto> {
    const broker = new Mosquitto()
    const [port, tlsPort] = await freePorts(2)
    broker.#port = port ?? 0
    broker.#tlsPort = tlsPort ?? 0
    broker.#makeCertificate()
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
    while (!(await accepts(this.#port)) || !(await accepts(this.#tlsPort))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`mosquitto ended: ${said}`)
      await sleep(20)
    }
  }

  /** In order: then it keeps what it has. */
  async pause(): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(done => child.once('exit', done))
    child.kill('SIGTERM')
    await ended
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

  #makeCertificate(): void {
    const [key, pem] = [join(this.folder, 'key.pem'), this.caPath]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', pem]
    execFileSync('openssl', [...made, ...names], { stdio: 'ignore' })
  }

  #settings(): string {
    return `
per_listener_settings true
user ${userInfo().username}
persistence true
persistence_location ${this.folder}/
autosave_interval 0
max_queued_messages 0
max_inflight_messages 1000
log_dest none

listener ${this.#port} 127.0.0.1
allow_anonymous true

listener ${this.#tlsPort} 127.0.0.1
allow_anonymous false
password_file ${join(this.folder, 'users')}
acl_file ${join(this.folder, 'acl')}
certfile ${this.caPath}
keyfile ${join(this.folder, 'key.pem')}
`
  }
}
