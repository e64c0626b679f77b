import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectMysql, connectPostgresql, deliver, outputColumn } from '../../src/outputs/index.ts'
import type { Database, OutputRow, Session } from '../../src/outputs/index.ts'
import { deafTo } from './databases/deaf.ts'
import { inBatches, row, ROWS, table, TEXTS } from './databases/incidents-table.ts'
import { mariadbMissing, startMariadb } from './databases/mariadb.ts'
import { postgresqlMissing, startPostgresql } from './databases/postgresql.ts'

interface Peer {
  readonly there: Database
  stop(): Promise<void>
  connect(there?: Database): Promise<Session>
  ask<T>(sql: string): Promise<T[]>
}

const peers: [string, string | null, () => Promise<Peer>][] = [
  ['MariaDB', mariadbMissing, mariadb],
  ['PostgreSQL', postgresqlMissing, postgresql],
]

/** What drivers say last: MySQL's COM_QUIT, PostgreSQL's Terminate. */
const GOODBYES = [Buffer.from([1, 0, 0, 0, 1]), Buffer.from('X\0\0\0\x04', 'latin1')]

for (const [name, missing, start] of peers) {
  if (missing !== null) process.stdout.write(`skipped: ${missing}\n`)
  describe.skipIf(missing !== null)(`a table delivered to ${name}`, () => {
    let peer: Peer
    const all = Array.from({ length: ROWS }, (_, i) => row(i))
    const run = async (rows: AsyncIterable<readonly OutputRow[]>, columns = table.columns) => {
      const session = await peer.connect()
      try {
        return await deliver(session, { ...table, columns }, rows, {
          output: 'city',
          signal: new AbortController().signal,
        })
      } finally {
        await session.close()
      }
    }
    /** A server notices that a client was killed when it next reads from it. */
    const untilFree = async () => {
      for (let tries = 100; tries > 0; tries--) {
        const session = await peer.connect()
        const isFree = await session.lock(table)
        await session.close()
        if (isFree) return
        await sleep(100)
      }
    }
    beforeAll(async () => {
      peer = await start()
    })
    afterAll(() => peer.stop())

    it('holds what the lake holds, and a second run changes no row', async () => {
      const first = await run(inBatches(all))
      expect(first).toEqual({ read: ROWS, inserted: ROWS, updated: 0, deleted: 0, unchanged: 0 })
      const second = await run(inBatches(all))
      expect(second).toEqual({ read: ROWS, inserted: 0, updated: 0, deleted: 0, unchanged: ROWS })
      const texts = await peer.ask<{ title: string | null }>(
        "SELECT title FROM incidents WHERE incident_id IN ('id/0', 'id/1', 'id/2', 'id/3', 'id/4', 'id/5') ORDER BY incident_id",
      )
      expect(texts.map(({ title }) => title)).toEqual(TEXTS)
      const [exact] = await peer.ask<{ position: string; delay_s: string; latitude: number }>(
        "SELECT position, delay_s, latitude FROM incidents WHERE incident_id = 'id/1'",
      )
      expect(exact).toMatchObject({ position: '18446744073709551615', delay_s: '1.125' })
      expect(Number(exact?.latitude)).toBe(50.96863231785932 + 1 / 1e6)
    })

    it('changes only rows that differ, in a letter or a blank too, and drops what is gone', async () => {
      const changed = [
        row(0, 'o\'Brien \\ "x"'),
        row(1, '16 Avenue — Nordöst 🚧 '),
        ...all.slice(2, -3),
        row(ROWS),
      ]
      expect(await run(inBatches(changed))).toEqual({
        read: ROWS - 2,
        inserted: 1,
        updated: 2,
        deleted: 3,
        unchanged: ROWS - 5,
      })
      await run(inBatches(all))
    })

    it('takes a text with a NUL in it, and the next run changes no row', async () => {
      const odd = [row(0, 'a\0b'), ...all.slice(1)]
      expect((await run(inBatches(odd))).read).toBe(ROWS)
      expect((await run(inBatches(odd))).unchanged).toBe(ROWS)
      await run(inBatches(all))
    })

    it('shows nothing of a run that breaks off', async () => {
      const before = await peer.ask('SELECT * FROM incidents ORDER BY incident_id LIMIT 3')
      async function* broken() {
        yield await Promise.resolve([row(0, 'changed'), row(1, 'changed')])
        throw new Error('the lake went away')
      }
      await expect(run(broken())).rejects.toThrow('the lake went away')
      expect(await peer.ask('SELECT * FROM incidents ORDER BY incident_id LIMIT 3')).toEqual(before)
    })

    it('is the old one or the new one when runs are killed at any moment, and the next run makes it level', async () => {
      await run(inBatches(all.map((_, i) => row(i, 'before'))))
      const seen = new Set<string>()
      for (const [i, waitMs] of [0, 60, 200, 500, 900].entries()) {
        const title = `run ${i}`
        await untilFree()
        await killed(name, peer.there, title, waitMs)
        const titles = await peer.ask<{ title: string; n: number | string }>(
          'SELECT title, count(*) AS n FROM incidents GROUP BY title',
        )
        expect(titles.map(({ n }) => Number(n))).toEqual([ROWS])
        seen.add(titles[0]?.title ?? '')
      }
      expect([...seen].every(title => title === 'before' || title.startsWith('run '))).toBe(true)
      await untilFree()
      expect((await run(inBatches(all))).read).toBe(ROWS)
      expect((await run(inBatches(all))).unchanged).toBe(ROWS)
    })

    it('is changed by one run at a time; the next may begin when the connection has ended', async () => {
      const session = await peer.connect()
      expect(await session.lock(table)).toBe(true)
      await expect(run(inBatches(all))).rejects.toThrow(/another run is writing/)
      await session.close()
      expect((await run(inBatches(all))).unchanged).toBe(ROWS)
    })

    it('is free for the next run at once when one has ended, however late the server hears of the end', async () => {
      await using deaf = await deafTo(GOODBYES, peer.there.port)
      const session = await peer.connect({ ...peer.there, port: deaf.port })
      expect(await session.lock(table)).toBe(true)
      await session.close()
      const next = await peer.connect()
      expect(await next.lock(table)).toBe(true)
      await next.close()
    })

    it('gets a column that came later', async () => {
      const columns = [...table.columns, outputColumn('road', 'Nullable(String)')]
      const more = all.map(values => [...values, 'Deerfoot Trail'])
      expect(await run(inBatches(more), columns)).toMatchObject({ updated: ROWS, inserted: 0 })
      const [one] = await peer.ask<{ road: string }>("SELECT road FROM incidents WHERE incident_id = 'id/9'")
      expect(one?.road).toBe('Deerfoot Trail')
    })

    it('refuses two rows of one key, and a table that somebody else made', async () => {
      await expect(run(inBatches([row(1), row(1)]))).rejects.toThrow(/[Dd]uplicate/)
      await peer.ask('CREATE TABLE other (a int)')
      const session = await peer.connect()
      const run2 = deliver(session, { ...table, name: 'other' }, inBatches(all), {
        output: 'city',
        signal: new AbortController().signal,
      })
      await expect(run2).rejects.toThrow(/was not made from silver\.incidents by Arterial/)
      await session.close()
    })

    it('says who could not reach it where, without the password', async () => {
      const wrong = peer.connect({ ...peer.there, database: 'nowhere', password: 'hidden' })
      await expect(wrong).rejects.toThrow(/output city: writer@127\.0\.0\.1:\d+\/nowhere can't be reached/)
      await expect(wrong).rejects.not.toThrow(/hidden/)
    })
  })
}

/** Ends a delivery with SIGKILL so long after its last row was staged. */
async function killed(kind: string, there: Database, title: string, afterMs: number): Promise<void> {
  const script = join(import.meta.dirname, 'databases/deliver-once.ts')
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, kind, JSON.stringify(there), title],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = once(child, 'exit')
  const isStaged = new Promise<void>(resolve => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(`${ROWS}\n`)) resolve()
    })
  })
  await Promise.race([isStaged, ended])
  await sleep(afterMs)
  child.kill('SIGKILL')
  await ended
}

async function mariadb(): Promise<Peer> {
  const { there, stop } = await startMariadb()
  return {
    there,
    stop,
    connect: (at = there) => connectMysql('city', at),
    ask: async sql => {
      const { host, port, user, database } = there
      const password = there.password ?? ''
      const connection = await createConnection({ host, port, user, database, password })
      const [rows] = await connection.query(sql)
      await connection.end()
      return rows as never
    },
  }
}

async function postgresql(): Promise<Peer> {
  const { there, stop } = await startPostgresql()
  return {
    there,
    stop,
    connect: (at = there) => connectPostgresql('city', at),
    ask: async sql => {
      const client = new Client({ ...there, password: '', ssl: false })
      await client.connect()
      const { rows } = await client.query(sql)
      await client.end()
      return rows as never
    },
  }
}
