import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { accepts, freePorts } from '../ports.ts'

const JARS = resolve(import.meta.dirname, '../../../.kafka')
const CLASSES = join(JARS, '*')
/** What the client has to give as a password where the broker wants one, as Event Hubs prints it. */
export const CONNECTION_STRING =
  'Endpoint=sb://city.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=bm90IGEgc2VjcmV0'
const STORE_PASSWORD = 'not a secret'

/** Why there is no broker; null where there is one. */
export function missingBroker(): string | null {
  if (!existsSync(join(JARS, 'kafka_2.13-4.4.0.jar')))
    return `no Kafka in ${JARS}: mvn -q -B -f test/integration/kafka/pom.xml dependency:copy-dependencies -DoutputDirectory="$PWD/.kafka"`
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' })
    return null
  } catch {
    return 'no java: apt-get install openjdk-17-jre-headless'
  }
}

/** A real broker in a folder of its own, on 127.0.0.1. */
export class TestBroker {
  readonly folder = mkdtempSync(join(tmpdir(), 'arterial-kafka-'))
  #port = 0
  #tlsPort = 0
  #process: ChildProcess | null = null

  /** In clear, for everybody of this machine. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** By TLS, for who has the connection string, as Event Hubs; its certificate is for `localhost`. */
  get tlsAddress(): string {
    return `localhost:${this.#tlsPort}`
  }

  /** What its certificate is to be checked with. */
  get caPath(): string {
    return join(this.folder, 'ca.pem')
  }

  static async start(): Promise<TestBroker> {
    const broker = new TestBroker()
    const [port, tlsPort, controller] = await freePorts(3)
    broker.#port = port ?? 0
    broker.#tlsPort = tlsPort ?? 0
    broker.#makeCertificate()
    const config = join(broker.folder, 'server.properties')
    writeFileSync(config, broker.#properties(controller ?? 0))
    const format = ['-cp', CLASSES, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config]
    execFileSync('java', ['-Xshare:auto', '-XX:+UseSerialGC', ...format], { stdio: 'ignore' })
    await broker.resume()
    return broker
  }

  /** Starts it again, with what it had. */
  async resume(): Promise<void> {
    const args = [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    ]
    const config = join(this.folder, 'server.properties')
    const child = spawn('java', [...args, '-cp', CLASSES, 'kafka.Kafka', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-10_000)))
    this.#process = child
    while (!(await accepts(this.#port))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the broker ended: ${said}`)
      await sleep(50)
    }
  }

  /** `kill -9`. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Ends it in order, and removes its folder. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(done => child.once('exit', done))
    child.kill(signal)
    await ended
  }

  #makeCertificate(): void {
    const store = join(this.folder, 'store.p12')
    const common = ['-keystore', store, '-storepass', STORE_PASSWORD, '-alias', 'broker']
    const made = [
      '-genkeypair',
      '-keyalg',
      'EC',
      '-dname',
      'CN=localhost',
      '-ext',
      'SAN=dns:localhost,ip:127.0.0.1',
    ]
    execFileSync('keytool', [...made, '-validity', '2', '-storetype', 'PKCS12', ...common], {
      stdio: 'ignore',
    })
    const pem = execFileSync('keytool', ['-exportcert', '-rfc', ...common], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    writeFileSync(this.caPath, pem)
  }

  #properties(controller: number): string {
    const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required'
    return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${this.#port},HUBS://127.0.0.1:${this.#tlsPort},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${this.#port},HUBS://localhost:${this.#tlsPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,HUBS:SASL_SSL,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.hubs.sasl.enabled.mechanisms=PLAIN
listener.name.hubs.plain.sasl.jaas.config=${login} user_$ConnectionString="${CONNECTION_STRING}";
ssl.keystore.type=PKCS12
ssl.keystore.location=${join(this.folder, 'store.p12')}
ssl.keystore.password=${STORE_PASSWORD}
ssl.key.password=${STORE_PASSWORD}
log.dirs=${join(this.folder, 'data')}
auto.create.topics.enable=false
num.partitions=1
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=4194304
log.retention.check.interval.ms=300
log.segment.delete.delay.ms=100
`
  }
}

/** Any will do: each broker has a folder of its own. */
const CLUSTER_ID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** The certificate, as a setting wants it. */
export function certificateOf(broker: TestBroker): string {
  return readFileSync(broker.caPath, 'utf8')
}
