import { createServer, connect, type AddressInfo, type Server } from 'node:net'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineQueryError, EngineUnavailableError } from '../../src/core/errors.ts'
import { connectServer, type Engine, type QueryOptions } from '../../src/lake/engine/index.ts'
import { forkEngine, type EngineProcess } from '../../src/lake/engine/process.ts'
import { Lake } from './lake.ts'
import { TinyDisk } from '../tiny-disk.ts'

const MILLION = 'SELECT number FROM numbers(1000000)'
const LOAD = { session: 'load' } as const

/** How many bytes of rows came. */
async function bytesOf(engine: Engine, sql: string, options: QueryOptions): Promise<number> {
  let bytes = 0
  for await (const part of await engine.stream(sql, 'RowBinary', options)) bytes += (part as Buffer).length
  return bytes
}

describe('on a disk that is full', () => {
  const disk = TinyDisk.mount(64 * 2 ** 20)
  const reason = typeof disk === 'string' ? disk : null
  let process: EngineProcess
  let engine: Engine

  beforeAll(async () => {
    if (typeof disk === 'string') return
    process = await forkEngine(disk.path, [])
    engine = await connectServer(process.endpoint)
    await engine.exec('CREATE DATABASE s')
    await engine.exec('CREATE TABLE s.numbers (n UInt64) ENGINE = MergeTree ORDER BY n')
  })
  afterAll(async () => {
    if (typeof disk === 'string') return
    await engine.stop()
    await process.stop()
    disk.unmount()
  })
  /** Runs `work` with so much room left. */
  const withRoom =
    (leave: number, work: () => Promise<void>) => async (context: { skip: (why: string) => never }) => {
      if (typeof disk === 'string') return context.skip(reason ?? '')
      disk.fill(leave)
      try {
        await work()
      } finally {
        disk.empty()
      }
    }

  for (const leave of [0, 4096, 1_200_000, 4_000_000]) {
    it(
      `an answer is whole with ${leave} bytes left`,
      withRoom(leave, async () => {
        for (const session of ['load', 'read', 'user'] as const) {
          expect(await bytesOf(engine, MILLION, { session })).toBe(8_000_000)
          expect(await bytesOf(engine, 'SELECT number FROM numbers(10)', { session })).toBe(80)
          const rows = await engine.query('SELECT number AS n FROM numbers(300000)', { session })
          expect(rows).toHaveLength(300_000)
        }
      }),
    )
  }

  it(
    'an insert says that it failed, and added nothing',
    withRoom(0, async () => {
      await expect(engine.exec(`INSERT INTO s.numbers ${MILLION}`, LOAD)).rejects.toThrow(EngineQueryError)
      const blocks: Buffer[] = []
      for await (const part of await engine.stream(MILLION, 'Native', LOAD)) blocks.push(part as Buffer)
      await expect(
        engine.insertNative('s.numbers', ['n'], Buffer.concat(blocks), { ...LOAD, rows: 1_000_000 }),
      ).rejects.toThrow(EngineQueryError)
      expect(await engine.query('SELECT toUInt32(count()) AS n FROM s.numbers')).toEqual([{ n: 0 }])
    }),
  )

  it(
    'what needs the disk to sort or to group says that it failed',
    withRoom(0, async () => {
      const settings = {
        max_bytes_before_external_sort: 1_000_000,
        max_bytes_before_external_group_by: 1_000_000,
        max_bytes_ratio_before_external_sort: 0,
        max_bytes_ratio_before_external_group_by: 0,
      }
      const sort = 'SELECT number FROM numbers(3000000) ORDER BY cityHash64(number)'
      const group = 'SELECT count() AS n FROM numbers(3000000) GROUP BY cityHash64(number)'
      await expect(bytesOf(engine, sort, { ...LOAD, settings })).rejects.toThrow(EngineQueryError)
      await expect(bytesOf(engine, group, { ...LOAD, settings })).rejects.toThrow(EngineQueryError)
      await expect(engine.query(`SELECT count() AS n FROM (${group})`, { settings })).rejects.toThrow(
        EngineQueryError,
      )
    }),
  )
})

describe('an answer that fails on its way', () => {
  let folder: string
  let process: EngineProcess
  let engine: Engine

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arterial-whole-'))
    process = await forkEngine(folder, [])
    engine = await connectServer(process.endpoint)
  })
  afterAll(async () => {
    await engine.stop()
    await process.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('throws when the engine fails within its rows, and the next statement is answered', async () => {
    const sql = 'SELECT number, throwIf(number = 9000000) FROM numbers(10000000)'
    await expect(bytesOf(engine, sql, LOAD)).rejects.toThrow(EngineUnavailableError)
    expect(await bytesOf(engine, MILLION, LOAD)).toBe(8_000_000)
  })

  it('is broken off over HTTP, not ended', async () => {
    const answer = await fetch(process.endpoint.url, {
      method: 'POST',
      body: 'SELECT number, throwIf(number = 9000000) FROM numbers(10000000) FORMAT RowBinary',
      headers: {
        'x-clickhouse-key': process.endpoint.password,
        'x-arterial-session': 'load',
        'x-arterial-stream': '1',
      },
    })
    expect(answer.status).toBe(200)
    await expect(answer.arrayBuffer()).rejects.toThrow()
  })

  it('does not hold up the engine when its reader leaves', async () => {
    const stream = await engine.stream('SELECT number FROM system.numbers', 'RowBinary', LOAD)
    stream.destroy()
    expect(await bytesOf(engine, MILLION, LOAD)).toBe(8_000_000)
  })

  it('waits for a slow reader without holding the rows', async () => {
    const stream = await engine.stream('SELECT number FROM numbers(20000000)', 'RowBinary', LOAD)
    let bytes = 0
    for await (const part of stream) {
      bytes += (part as Buffer).length
      if (bytes < 1_000_000) await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(bytes).toBe(160_000_000)
  })

  it.each([0, 1, 80, 4096, 1_048_576])(
    'throws when the connection breaks after %d bytes of rows',
    async cut => {
      const proxy = await cuttingProxy(Number(new URL(process.endpoint.url).port), cut)
      const client = await connectServer({ ...process.endpoint, url: proxy.url })
      try {
        proxy.arm()
        await expect(bytesOf(client, MILLION, LOAD)).rejects.toThrow(EngineUnavailableError)
        await expect(bytesOf(client, MILLION, { session: 'read' })).rejects.toThrow(EngineUnavailableError)
        await expect(client.query(MILLION)).rejects.toThrow(EngineUnavailableError)
      } finally {
        await client.stop()
        proxy.close()
      }
    },
  )

  it('an insert of other rows than were meant has failed', async () => {
    await engine.exec('CREATE DATABASE IF NOT EXISTS s')
    await engine.exec('CREATE TABLE s.t (number UInt64) ENGINE = MergeTree ORDER BY number')
    const blocks: Buffer[] = []
    for await (const part of await engine.stream(MILLION, 'Native', LOAD)) blocks.push(part as Buffer)
    const whole = Buffer.concat(blocks)
    await engine.insertNative('s.t', ['number'], whole, { ...LOAD, rows: 1_000_000 })
    // Without its last block it is a right file still: only the count tells.
    await expect(
      engine.insertNative('s.t', ['number'], whole.subarray(0, blockEnd(whole)), {
        ...LOAD,
        rows: 1_000_000,
      }),
    ).rejects.toThrow(EngineUnavailableError)
  })

  it('leaves no file behind', async () => {
    expect(await readdir(folder)).not.toContain('lake-tmp')
  })
})

/** The end of the first Native block of one UInt64 column named `number`: counts, name, type, values. */
function blockEnd(blocks: Buffer): number {
  let rows = 0
  let at = 1
  for (let shift = 0; ; shift += 7) {
    const byte = blocks[at++] ?? 0
    rows += (byte & 127) << shift
    if (byte < 128) break
  }
  return at + 1 + 'number'.length + 1 + 'UInt64'.length + rows * 8
}

/** A wire that, once armed, breaks every connection after so many bytes of an answer's body. */
async function cuttingProxy(
  port: number,
  cut: number,
): Promise<{ url: string; arm: () => void; close: () => void }> {
  let armed = false
  const server: Server = createServer(socket => {
    const upstream = connect(port, '127.0.0.1')
    let body = -1
    upstream.on('data', (data: Buffer) => {
      if (!armed) return void socket.write(data)
      const headEnd = body < 0 ? data.indexOf('\r\n\r\n') + 4 : 0
      body = Math.max(0, body) + data.length - headEnd
      if (body <= cut) return void socket.write(data)
      socket.end(data.subarray(0, data.length - (body - cut)))
      upstream.destroy()
    })
    socket.pipe(upstream)
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: () => (armed = true),
    close: () => server.close(),
  }
}

describe('repeats', () => {
  const disk = TinyDisk.mount(256 * 2 ** 20)

  afterAll(() => {
    if (typeof disk !== 'string') disk.unmount()
  })

  it('stay repeats when the disk filled while the engine was down', async context => {
    if (typeof disk === 'string') return context.skip(disk)
    const lake = await new Lake(disk.path).start()
    const day = Date.parse('2026-03-02T00:00:00Z')
    // Three letters make a row of the index 16 bytes: an answer cut at the end of a page is cut between two rows.
    const line = (sensor: number, minute: number) =>
      JSON.stringify({
        sensor_id: String(100 + sensor),
        timestamp: new Date(day + minute * 60_000).toISOString(),
        vehicle_count: minute % 7,
      })
    const arrivedAtMs = day + 86_400_000
    for (let minute = 0; minute < 1200; minute += 40) {
      const lines = Array.from({ length: 8000 }, (_, i) => line(i % 200, minute + Math.floor(i / 200)))
      await lake.append(lines, { arrivedAtMs })
    }
    await lake.level()
    expect(await lake.count('silver.readings')).toBe(240_000)
    await lake.loader.stop()
    await lake.engine.stop()

    const repeats = Array.from({ length: 4000 }, (_, i) => line(i % 200, 60 * Math.floor(i / 200)))
    await lake.append(repeats, { arrivedAtMs })
    disk.fill(1_500_000)
    await lake.startEngine()
    await lake.startLoader()
    const level = lake.level()
    await Promise.race([level, new Promise(resolve => setTimeout(resolve, 5000))])
    disk.empty()
    await level
    expect(await lake.count('silver.readings')).toBe(240_000)
    expect((await lake.verify()).equal).toBe(true)
    await lake.stop()
  })
})
