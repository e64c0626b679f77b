import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '../../../src/core/config/index.ts'
import { connectionOf } from '../../../src/app/mqtt/connection-of.ts'
import { connectMqtt } from '../../../src/sources/mqtt/client/index.ts'
import type { MqttLink } from '../../../src/sources/mqtt/link.ts'
import { Device } from './device.ts'
import { TestAuthority } from './certificates.ts'
import type { Identity } from './certificates.ts'
import { Mosquitto, mosquittoMissing } from './mosquitto.ts'

/** Ways to a real broker: by TLS with certificates on both sides, and through WebSockets. */
const NEVER = new AbortController().signal
const MAX_BYTES = 8 * 1024 * 1024
const PATIENT_MS = 300_000

if (mosquittoMissing !== null) process.stdout.write(`skipped: ${mosquittoMissing}\n`)
describe.skipIf(mosquittoMissing !== null)('ways to a broker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arterial-mqtt-ways-'))
  let broker: Mosquitto
  let stranger: TestAuthority

  beforeAll(async () => {
    broker = await Mosquitto.start()
    stranger = new TestAuthority(folder)
  })
  afterAll(async () => {
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  interface Way {
    readonly broker: string
    readonly tls?: 'verify' | 'off'
    readonly ca?: string | null
    readonly identity?: Identity | null
    readonly password?: string | null
    readonly clientId?: string
  }

  function connect(way: Way): Promise<MqttLink> {
    const { identity = null, password = null } = way
    const connection = connectionOf({
      ...{ name: 'way', tls: 'verify', clientId: 'way', version: '5', sessionHours: 1, topics: [] },
      ...{ broker: way.broker, ca: way.ca === undefined ? broker.authority.ca : way.ca },
      ...(way.tls === undefined ? {} : { tls: way.tls }),
      ...{ user: password === null ? null : broker.user },
      password: password === null ? null : new Secret(password),
      cert: identity?.cert ?? null,
      key: identity === null ? null : new Secret(identity.key),
    })
    return connectMqtt(connection, MAX_BYTES, NEVER)
  }

  /** Reads all that a device publishes, of which one message is empty and one is long. */
  async function exchange(link: MqttLink, longest = 3 * 1024 * 1024): Promise<void> {
    expect(await link.subscribe(['city/#'])).toEqual([null])
    const device = await Device.connect(broker.port, 'device')
    const long = 'x'.repeat(longest)
    const sent = [...Array.from({ length: 500 }, (_, i) => `message ${i}`), '', long, 'last']
    for (const one of sent) void device.publish('city/a', one)
    const got: string[] = []
    while (got.length < sent.length) {
      const messages = await link.take(NEVER)
      got.push(...messages.map(({ payload }) => payload.toString()))
      link.acknowledge(messages)
    }
    expect(got).toEqual(sent)
    device.close()
    await link.unsubscribe(['city/#'])
    await link.close()
  }

  const client = (days?: number) => broker.authority.make('arterial', null, days)

  it(
    'by a client certificate: who it is for is who may read',
    async () => exchange(await connect({ broker: broker.mutualAddress, identity: client() })),
    PATIENT_MS,
  )

  it(
    'through WebSockets, in clear and by TLS with a client certificate',
    async () => {
      // Mosquitto sends what is longer in pieces of 4 KiB, one each tenth of a second.
      const longest = 20_000
      await exchange(await connect({ broker: broker.wsAddress, ca: null }), longest)
      await exchange(await connect({ broker: broker.wssAddress, identity: client() }), longest)
    },
    PATIENT_MS,
  )

  it(
    'end in a sentence that says what is wrong and what helps',
    async () => {
      const why = (way: Way) =>
        connect(way).then(
          () => 'connected',
          (error: unknown) => (error as Error).message.replace(/:\d+/, ':PORT'),
        )
      const { mutualAddress, tlsAddress, wssAddress, expiredAddress, port } = broker
      const other = stranger.make('arterial', null)
      const said = {
        noCa: await why({ broker: mutualAddress, ca: null, identity: client() }),
        otherCa: await why({ broker: tlsAddress, ca: stranger.ca, password: broker.password }),
        otherHost: await why({ broker: mutualAddress.replace('localhost', '127.0.0.1'), identity: client() }),
        expiredBroker: await why({ broker: expiredAddress }),
        noCertificate: await why({ broker: mutualAddress }),
        noCertificateThroughSocket: await why({ broker: wssAddress }),
        expiredCertificate: await why({ broker: mutualAddress, identity: client(-1) }),
        certificateOfOther: await why({ broker: mutualAddress, identity: other }),
        noTls: await why({ broker: `127.0.0.1:${port}` }),
        clearToTls: await why({ broker: tlsAddress, tls: 'off' }),
        nobody: await why({ broker: '127.0.0.1:1', tls: 'off' }),
        noName: await why({ broker: 'no-such-host.invalid:8883' }),
        noSocket: await why({ broker: `ws://127.0.0.1:${port}/mqtt` }),
        password: await why({ broker: tlsAddress, password: 'wrong' }),
      }
      const sentence = (words: RegExp) => expect.stringMatching(words) as string
      const noAnswer = 'the broker closed the connection before it said anything'
      const wanted = /^localhost:PORT: .*client certificate[;]? [(]?(give cert and key|cert and key[)])/
      expect(said).toEqual({
        noCa: "localhost:PORT: the host's certificate comes from an authority this machine does not know; add that authority (ca) (SELF_SIGNED_CERT_IN_CHAIN)",
        otherCa:
          "localhost:PORT: the broker's certificate is neither of ca nor of an authority this machine knows; give the ca that made it (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
        otherHost:
          "127.0.0.1:PORT: the host's certificate is for another name; check the host's spelling, or ask its owner (ERR_TLS_CERT_ALTNAME_INVALID)",
        expiredBroker:
          "localhost:PORT: the host's certificate has expired; its owner must renew it (or check this machine's clock) (CERT_HAS_EXPIRED)",
        noCertificate: sentence(wanted),
        noCertificateThroughSocket: sentence(wanted),
        expiredCertificate: sentence(
          /^localhost:PORT: .*the client certificate .cert. (has )?expired.*; have a new one made/,
        ),
        // The alert may be lost with the connection; then it says less.
        certificateOfOther: sentence(
          /^localhost:PORT: .*(does not know the authority of|perhaps it does not take) the client certificate/,
        ),
        noTls: `127.0.0.1:PORT: ${noAnswer}; is that port for TLS? In clear, on a private network, it is tls: off`,
        clearToTls: `localhost:PORT: ${noAnswer}; is that port for TLS, or for WebSockets (ws://…)?`,
        nobody: '127.0.0.1:PORT: nothing listens there; check host and port (ECONNREFUSED)',
        noName: sentence(/^no-such-host.invalid:PORT: (there is no host of that name|its name can’t be)/),
        noSocket: `127.0.0.1:PORT: ${noAnswer}; is that port for TLS, or for WebSockets (ws://…)?`,
        password: 'the broker refuses the connection: the user is not allowed to (0x87)',
      })
    },
    PATIENT_MS,
  )

  it('follow no answer that leads elsewhere', async () => {
    const elsewhere = createServer((_, answer) => {
      answer.writeHead(302, { location: broker.wsAddress }).end()
    })
    await new Promise<void>(done => elsewhere.listen(0, '127.0.0.1', done))
    const { port } = elsewhere.address() as AddressInfo
    await expect(connect({ broker: `ws://127.0.0.1:${port}/mqtt`, ca: null })).rejects.toThrow(
      'the broker leads elsewhere, which is not followed',
    )
    elsewhere.close()
  })
})
