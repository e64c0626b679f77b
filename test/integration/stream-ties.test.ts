import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { streams } from '../lake/streams/sample/index.ts'
import { pick, seededRandom } from '../random.ts'
import { Lake, remove } from './lake.ts'

const NOW = Date.parse('2026-03-02T12:00:00Z')
const random = seededRandom(11)
const notes = { list: streams, url: new URL('../lake/streams/sample/index.ts', import.meta.url).href }
const lakes: { readonly lake: Lake; readonly folder: string }[] = []

/** Many versions of the same instant, told apart by what they say alone. */
const lines = Array.from({ length: 240 }, (_, i) => ({
  note_id: `n${i % 6}`,
  updated_at: new Date(NOW - pick(random, [0, 1, 2]) * 60_000).toISOString(),
  sure: pick(random, [true, false, null]),
  text: `t${i}`,
  ...(i % 40 === 0 ? { withdrawn: true } : {}),
}))

async function filled(order: readonly object[], batch: number, kills: boolean) {
  const folder = await mkdtemp(join(tmpdir(), 'arterial-ties-'))
  const lake = new Lake(folder)
  lakes.push({ lake, folder })
  lake.streams = notes
  await lake.start()
  for (let i = 0; i < order.length; i += batch) {
    const some = order.slice(i, i + batch)
    const body = Buffer.from(some.map(line => `${JSON.stringify(line)}\n`).join(''))
    await lake.log.append({
      ...{ kind: 'notes', source: 'test', arrivedAtMs: NOW, intervalS: null, lines: body },
      count: some.length,
    })
    if (kills && i % (3 * batch) === 0) await lake.killEngine()
  }
  await lake.level()
  const said = 'note_id, updated_at, sure, text, withdrawn, hex(content_hash) AS content'
  return {
    verified: (await lake.verify()).equal,
    versions: await lake.query(`SELECT ${said} FROM silver.notes_versions ORDER BY ALL`),
    newest: await lake.query(`SELECT ${said} FROM silver.newest_notes ORDER BY ALL`),
    conflicts: await lake.count('lake.stream_conflicts'),
  }
}

afterAll(async () => {
  for (const { lake, folder } of lakes) {
    await lake.stop()
    await remove(folder)
  }
})

describe('versions of one instant that say different things', () => {
  it('are all kept, and the newest is the same whatever came first, with repeats and kills', async () => {
    const first = await filled(lines, 50, false)
    const shuffled = [...lines, ...lines].map(line => ({ line, at: random() })).sort((a, b) => a.at - b.at)
    const second = await filled(
      shuffled.map(({ line }) => line),
      17,
      true,
    )
    expect(first.verified).toBe(true)
    expect(first.versions).toHaveLength(lines.length)
    expect(first.newest.length).toBeGreaterThan(0)
    expect(first.conflicts).toBe(0)
    expect(second).toEqual(first)
  })
})
