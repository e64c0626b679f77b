import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Landing } from '../../../src/app/landing/index.ts'
import { folderStore } from '../../../src/storage/index.ts'

const AT = Date.parse('2026-11-27T15:00:00Z')
const DAY = 86_400_000

let folder: string
let landing: Landing
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landing-'))
  landing = new Landing(folderStore(join(folder, 'landing')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const about = (receivedAtMs = AT) => ({
  dataset: 'incidents',
  receivedAtMs,
  from: 'https://data.example.org/resource/abcd-1234.json',
  status: 200,
  headers: { etag: '"1"', 'set-cookie': 'session=secret' },
})
const deliver = async (text: string, atMs: number, holds: 'all' | 'since' | 'file' = 'all') => {
  const { sha256, bytes } = await landing.land(Buffer.from(text), about(atMs))
  return landing.deliver({
    dataset: 'incidents',
    holds,
    receivedAtMs: atMs,
    from: 'x',
    parts: [{ sha256, bytes, rows: 1 }],
  })
}
const files = async () =>
  (await readdir(join(folder, 'landing'), { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

describe('what is landed', () => {
  it('is kept as it was received, by its content, with its headers but for cookies', async () => {
    const { sha256 } = await landing.land(Buffer.from('a,b\n1,2\n'), about())
    expect((await landing.content(sha256)).toString()).toBe('a,b\n1,2\n')
    const [object, receipt] = (await files()).sort()
    expect((await promisify(zstdDecompress)(await readFile(object ?? ''))).toString()).toBe('a,b\n1,2\n')
    const told = JSON.parse(await readFile(receipt ?? '', 'utf8')) as object
    expect(told).toMatchObject({ sha256, bytes: 8, status: 200, headers: { etag: '"1"' }, receivedAtMs: AT })
    expect(JSON.stringify(told)).not.toContain('secret')
  })

  it('is for its own user alone', async () => {
    await deliver('a', AT)
    for (const path of await files()) expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600')
    const entries = await readdir(join(folder, 'landing'), { recursive: true, withFileTypes: true })
    for (const { parentPath, name } of entries.filter(entry => entry.isDirectory()))
      expect(((await stat(join(parentPath, name))).mode & 0o777).toString(8)).toBe('700')
  })

  it('is there once, however often it lands', async () => {
    await deliver('a', AT)
    const before = await files()
    await deliver('a', AT)
    expect(await files()).toEqual(before)
    await deliver('a', AT + 1)
    expect((await files()).filter(path => path.includes('/objects/'))).toHaveLength(1)
    expect(await landing.deliveries('incidents')).toHaveLength(2)
  })

  it('is delivered in the order in which it was received, and marked once it was processed', async () => {
    const first = await deliver('a', AT)
    const second = await deliver('b', AT + DAY)
    expect((await landing.deliveries('incidents')).map(({ id }) => id)).toEqual([first.id, second.id])
    await landing.markProcessed(first, { rows: 1 })
    expect(await landing.processedIds('incidents')).toEqual(new Set([first.id]))
  })

  it('is delivered in that order also after the clock was set back, and the same one again is the same', async () => {
    const first = await deliver('a', AT)
    const second = await deliver('b', AT - DAY)
    const third = await deliver('c', AT - DAY + 1)
    const again = await deliver('b', AT - DAY)
    const fourth = await deliver('a', AT - DAY + 2)
    expect(again).toEqual(second)
    expect((await landing.deliveries('incidents')).map(({ id, receivedAtMs }) => [id, receivedAtMs])).toEqual(
      [
        [first.id, AT],
        [second.id, AT - DAY],
        [third.id, AT - DAY + 1],
        [fourth.id, AT - DAY + 2],
      ],
    )
  })

  it('that is damaged or gone is told with the remedy, never handed on', async () => {
    const { sha256 } = await landing.land(Buffer.from('a,b\n'), about())
    const [object = ''] = (await files()).filter(path => path.includes('/objects/'))
    await writeFile(object, 'garbage')
    await expect(landing.content(sha256)).rejects.toThrow('is damaged; remove it and run the job again')
    await rm(object)
    await expect(landing.content(sha256)).rejects.toThrow('is gone; put it back, or run the job again')
  })

  it('leaves no half behind a crash that anybody would read', async () => {
    await deliver('a', AT)
    await writeFile(join(folder, 'landing/deliveries/incidents/20261127T150001000Z-0.json.new'), '{"half')
    expect(await landing.deliveries('incidents')).toHaveLength(1)
  })
})

describe('letting go', () => {
  it('takes no content from another dataset that received the same', async () => {
    await landing.markProcessed(await deliver('a', AT), {})
    await landing.markProcessed(await deliver('b', AT), {})
    await landing.markProcessed(await deliver('z', AT + 9 * DAY), {})
    // One that is held, or on its way: it is not delivered.
    const other = { ...about(AT + DAY), dataset: 'others' }
    const { sha256 } = await landing.land(Buffer.from('a'), other)
    await landing.letGo('incidents', AT + 5 * DAY, true)
    expect((await landing.content(sha256)).toString()).toBe('a')
    expect((await files()).filter(path => path.includes('/objects/'))).toHaveLength(2)
    expect((await files()).filter(path => path.includes('/receipts/incidents/'))).toHaveLength(1)
    // Nor while the other lands it just now.
    await Promise.all([
      landing.letGo('others', AT + 5 * DAY, true),
      landing.land(Buffer.from('a'), about(AT + 9 * DAY)),
    ])
    expect((await landing.content(sha256)).toString()).toBe('a')
  })

  it('keeps the newest whole dataset and all after it, and what was not processed', async () => {
    for (const [i, text] of ['a', 'b', 'c', 'd'].entries()) {
      const one = await deliver(text, AT + i * DAY, i === 3 ? 'since' : 'all')
      if (text !== 'b') await landing.markProcessed(one, {})
    }
    await landing.letGo('incidents', AT + 100 * DAY, true)
    const left = await landing.deliveries('incidents')
    const texts = await Promise.all(
      left.map(async ({ parts: [part] }) => landing.content(part?.sha256 ?? '')),
    )
    expect(texts.map(String)).toEqual(['b', 'c', 'd'])
    expect((await files()).filter(path => path.includes('/objects/'))).toHaveLength(3)
  })

  it('keeps what is young enough, and content that a younger one needs', async () => {
    await landing.markProcessed(await deliver('a', AT), {})
    await landing.markProcessed(await deliver('a', AT + 10 * DAY), {})
    await landing.markProcessed(await deliver('b', AT + 20 * DAY), {})
    await landing.letGo('incidents', AT + 5 * DAY, true)
    expect(await landing.deliveries('incidents')).toHaveLength(2)
    expect((await files()).filter(path => path.includes('/objects/'))).toHaveLength(2)
  })

  it('of a dataset whose rows leave by themselves keeps only what is young enough, and what was not processed', async () => {
    for (const [i, text] of ['a', 'b', 'c'].entries()) {
      const one = await deliver(text, AT + i * DAY, i === 0 ? 'all' : 'since')
      if (text !== 'b') await landing.markProcessed(one, {})
    }
    await landing.letGo('incidents', AT + 1.5 * DAY, false)
    const left = await landing.deliveries('incidents')
    expect(left.map(({ receivedAtMs }) => (receivedAtMs - AT) / DAY)).toEqual([1, 2])
  })
})
