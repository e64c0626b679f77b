import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DownloadRoom, secret } from './download-room.ts'
import { rowsFrom } from './portal.ts'

let room: DownloadRoom
beforeEach(async () => {
  room = await new DownloadRoom().open()
})
afterEach(() => room.portal.stop())

describe('a download', () => {
  it.each(['json', 'csv'] as const)('gets every row of a dataset once, as %s', async format => {
    const got = await room.download({ format })
    expect(room.ids(got?.parts ?? [])).toEqual(rowsFrom(1, 2_500).map(({ id }) => id))
    expect(got?.parts.map(({ rows }) => rows)).toEqual([1_000, 1_000, 500])
    expect(got).toMatchObject({ since: null, probe: { rows: 2_500, newest: '2026-11-01T17:00:00.000Z' } })
    expect(got?.columns.map(({ name }) => name)).toEqual(['place', 'note'])
  })

  it('keeps pages byte for byte', async () => {
    const got = await room.download({ format: 'csv' })
    const [page] = got?.parts.map(({ sha256 }) => room.kept.get(sha256)?.toString()) ?? []
    expect(page?.split('\n').slice(0, 2)).toEqual([
      '":id",":created_at",":updated_at",":version","place","note"',
      '"row-00001","2026-11-01T17:00:00.000Z","2026-11-01T17:00:00.000Z","rv-row-00001","p-00001","note, ""00001"""',
    ])
  })

  it('gets all rows where the bare address answers 1,000 of them', async () => {
    const bare = await fetch(`${room.portal.origin}/resource/abcd-1234.csv`)
    expect((await bare.text()).trimEnd().split('\n')).toHaveLength(1_001)
    const got = await room.download({ format: 'csv' })
    expect(room.ids(got?.parts ?? [])).toHaveLength(2_500)
  })

  it('orders its pages, because rows come in no order by themselves', async () => {
    const page = (n: number) =>
      fetch(`${room.portal.origin}/resource/abcd-1234.csv?$limit=1000&$offset=${n}`).then(answer =>
        answer.text(),
      )
    const unordered = (await Promise.all([page(0), page(1000), page(2000)])).flatMap(text =>
      text.match(/p-\d+/g),
    )
    expect(new Set(unordered).size).toBeLessThan(2_500)
    expect(new Set(room.ids((await room.download())?.parts ?? [])).size).toBe(2_500)
  })

  it('gets all rows from a portal that gives fewer at once than it is asked for', async () => {
    room.portal.maxLimit = 700
    expect(room.ids((await room.download())?.parts ?? [])).toHaveLength(2_500)
    expect(room.portal.offsets).toEqual([0, 700, 1_400, 2_100])
  })

  it('sends the app token in its header, and in no address', async () => {
    room.portal.token = 'token-of-ours'
    await room.download({ appToken: secret('token-of-ours') })
    expect(new Set(room.portal.asked.map(({ headers }) => headers['x-app-token']))).toEqual(
      new Set(['token-of-ours']),
    )
    expect(room.portal.asked.map(({ query }) => query.toString()).join()).not.toContain('token-of-ours')
  })

  it('asks for what was touched since, what was touched at that very moment included', async () => {
    room.portal.rows = [...rowsFrom(1, 2_000), ...rowsFrom(2_001, 3, '2026-11-02T00:00:00.000Z')]
    const got = await room.download({}, { since: '2026-11-02T00:00:00.000Z' })
    expect(room.ids(got?.parts ?? [])).toEqual(['row-02001', 'row-02002', 'row-02003'])
  })

  it('sees by two words that nothing was touched', async () => {
    const first = await room.download()
    room.portal.asked.length = 0
    const known = { since: null, probe: first?.probe ?? { rows: 0, newest: null }, etag: first?.etag ?? null }
    expect(await room.download({}, { known })).toBeNull()
    expect(room.portal.asked).toHaveLength(1)
    expect(room.portal.asked[0]?.headers['if-none-match']).toBe(known.etag)
    // A portal without ETags.
    expect(await room.download({}, { known: { ...known, etag: null } })).toBeNull()
  })

  it.each([
    ['a row was touched', (room: DownloadRoom) => room.portal.replaceAll('2026-11-15T17:00:00.000Z')],
    ['a row was deleted', (room: DownloadRoom) => void room.portal.rows.pop()],
  ])('comes again when %s', async (_, change) => {
    const first = await room.download()
    change(room)
    const known = { since: null, probe: first?.probe ?? { rows: 0, newest: null }, etag: first?.etag ?? null }
    expect((await room.download({}, { known }))?.probe).not.toEqual(known.probe)
  })

  it('goes on where a kill broke it off', async () => {
    room.portal.misbehaves = ({ url }) => {
      if (url?.includes('offset=2000') === true) room.stop.abort(new Error('killed'))
      return false
    }
    await expect(room.download()).rejects.toThrow('killed')
    expect(room.progress?.parts).toHaveLength(2)
    room.portal.misbehaves = () => false
    room.portal.asked.length = 0
    const signal = new AbortController().signal
    const got = await room.download({}, { progress: room.progress }, { signal })
    expect(room.portal.offsets).toEqual([2_000])
    expect(room.ids(got?.parts ?? [])).toHaveLength(2_500)
  })

  it('begins anew after a kill when the dataset was replaced meanwhile, or what was kept is damaged', async () => {
    const whole = await room.download()
    const progress = { ...room.progress, parts: room.progress?.parts.slice(0, 1) } as typeof room.progress
    const damaged = { landed: async () => Buffer.from('[{"half') }
    room.portal.asked.length = 0
    await room.download({}, { progress }, damaged)
    expect(room.portal.offsets).toEqual([0, 1_000, 2_000])
    room.portal.replaceAll('2026-11-15T17:00:00.000Z')
    room.portal.asked.length = 0
    const got = await room.download({}, { progress })
    expect(room.portal.offsets).toEqual([0, 1_000, 2_000])
    expect(got?.probe.newest).not.toBe(whole?.probe.newest)
  })

  it('reads a dataset anew that is replaced while it is read', async () => {
    let replaced = false
    room.portal.misbehaves = ({ url }) => {
      if (url?.includes('offset=1000') === true && !replaced) {
        replaced = true
        room.portal.rows = rowsFrom(501, 2_500, '2026-11-15T17:00:00.000Z')
      }
      return false
    }
    const got = await room.download()
    expect(room.ids(got?.parts ?? [])).toEqual(rowsFrom(501, 2_500).map(({ id }) => id))
  })

  it('gives up for now on a dataset that never holds still', async () => {
    let n = 0
    room.portal.misbehaves = () => {
      room.portal.replaceAll(new Date(Date.UTC(2026, 10, 2) + n++).toISOString())
      return false
    }
    await expect(room.download()).rejects.toMatchObject({
      message: expect.stringContaining('it was changed while it was read, 3 times in a row') as string,
      retryable: true,
    })
  })

  it('takes nothing from a portal that ignores the order it is asked for', async () => {
    room.portal.misbehaves = ({ url }, response) => {
      if (!(url ?? '').includes('offset')) return false
      const rows = room.portal.rows.slice(0, 1_000).map(({ id }) => ({ ':id': id }))
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows))
      return true
    }
    await expect(room.download()).rejects.toThrow('of its rows came twice')
  })

  it('says of an empty dataset that it is empty', async () => {
    room.portal.rows = []
    expect(await room.download()).toMatchObject({ parts: [], probe: { rows: 0, newest: null } })
  })
})
