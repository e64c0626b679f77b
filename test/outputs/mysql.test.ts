import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectMysql, outputColumn } from '../../src/outputs/index.ts'
import type { Database } from '../../src/outputs/index.ts'
import { selfSigned } from '../core/outbound/certificate.ts'

const there: Database = {
  host: 'localhost',
  port: 0,
  database: 'city',
  user: 'writer',
  password: null,
  tls: 'off',
}

const TRUSTED = getCACertificates('default')

/** Capabilities that a server tells: the handshake of MySQL 4.1 and later, and TLS. */
const PLAIN = 0x88209
const WITH_TLS = PLAIN | 0x800

/** Protocol::SSLRequest with the header of its packet. */
const SSL_REQUEST_BYTES = 36

/** Protocol::HandshakeV10 and the header of its packet. */
function greeting(capabilities: number): Buffer {
  const body = Buffer.concat([
    Buffer.from('\n8.0.0\0\x01\0\0\0saltsalt\0', 'latin1'),
    Buffer.from([capabilities & 0xff, (capabilities >> 8) & 0xff, 45, 2, 0, capabilities >> 16, 0, 21]),
    Buffer.from('\0\0\0\0\0\0\0\0\0\0saltsaltsalt\0mysql_native_password\0', 'latin1'),
  ])
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])
}

/** @returns its port, until the test ends */
async function serve(capabilities: number, onConnection: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.write(greeting(capabilities))
    onConnection(socket)
  })
  await new Promise<void>(listening => server.listen(0, listening))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(closed => server.close(closed))
  })
  return (server.address() as AddressInfo).port
}

/** A server of which everybody trusts who signed its certificate, and what it was told in confidence. */
async function encryptedServer(names: string[]): Promise<{ port: number; told: () => string }> {
  const certificate = selfSigned({ names })
  // This one alone: of two with one name, either may be taken for who signed.
  setDefaultCACertificates([...TRUSTED, certificate.cert])
  onTestFinished(() => setDefaultCACertificates(TRUSTED))
  let told = ''
  const port = await serve(WITH_TLS, socket =>
    socket.once('data', (packet: Buffer) => {
      socket.pause()
      // What comes behind the wish for TLS is TLS already.
      socket.unshift(packet.subarray(SSL_REQUEST_BYTES))
      const secure = new TLSSocket(socket, { isServer: true, ...certificate })
      secure.on('error', () => undefined)
      secure.on('data', (data: Buffer) => {
        told += data.toString('latin1')
        secure.destroy()
      })
    }),
  )
  return { port, told: () => told }
}

/** A server that lets everybody in, takes settings, and says nothing to anything else. */
const silentServer = () =>
  serve(PLAIN, socket =>
    socket.on('data', (packet: Buffer) => {
      const [, , , sequence = 0, command] = packet
      const isQuery = sequence === 0 && command === 3
      if (!isQuery || packet.toString('latin1', 5).startsWith('SET'))
        socket.write(Buffer.from([7, 0, 0, sequence + 1, 0, 0, 0, 2, 0, 0, 0]))
    }),
  )

describe('a connection to MySQL', () => {
  it('tells its user and password only to the host whose certificate it is', async () => {
    const other = await encryptedServer(['other.example'])
    await expect(connectMysql('city', { ...there, port: other.port, tls: 'verify' })).rejects.toThrow(
      /can't be reached: .*altnames/,
    )
    expect(other.told()).toBe('')
    const right = await encryptedServer(['localhost'])
    await expect(connectMysql('city', { ...there, port: right.port, tls: 'verify' })).rejects.toThrow()
    expect(right.told()).toContain('writer')
  })

  it('that is to be encrypted needs the name of the host', async () => {
    await expect(
      connectMysql('city', { ...there, host: '127.0.0.1', port: 1, tls: 'verify' }),
    ).rejects.toThrow('127.0.0.1 is an address; set host to the name')
  })

  it('is closed at once also while the database is asked and says nothing', async () => {
    const port = await silentServer()
    const session = await connectMysql('city', { ...there, host: '127.0.0.1', port })
    const table = {
      ...{ name: 'incidents', from: 'silver.incidents', key: ['incident_id'] },
      columns: [outputColumn('incident_id', 'String')],
    }
    const asked = session.stage(table).catch((error: unknown) => String(error))
    const words = await Promise.race([
      session.close().then(() => asked),
      wait(20_000, 'waits', { ref: false }),
    ])
    expect(words).toContain('output city: ')
  })
})
