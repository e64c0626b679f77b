import { copyFileSync, mkdirSync, openSync, readdirSync, statSync, truncateSync, writeSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLog, settleLog } from '../../../src/log/segments/index.ts'
import { batch, folder, linesOf, numbered, opened, readAll } from './sample.ts'

/** Copies a log as it stands, byte for byte what is handed over. */
async function copied(dir: string) {
  const to = join(folder(), 'segments')
  mkdirSync(to)
  const log = await readLog(dir, async ({ name, handle, bytes }) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0)
    expect(bytesRead).toBe(bytes)
    await writeFile(join(to, name), buffer)
  })
  await settleLog(to, log)
  return { to, log }
}

describe('a copy of a log', () => {
  it('opens without a loss or a problem while the log is written on, and gives no position again', async () => {
    const dir = folder()
    const { log } = await opened(dir, { segmentBytes: 2_000 })
    for (let i = 0; i < 40; i++) await log.append(batch(numbered(i * 10, 10)))
    const { to, log: at } = await copied(dir)
    await log.append(batch(numbered(400, 10)))
    expect(at.end).toBe(400)
    expect(at.bases.length).toBeGreaterThan(2)

    const { log: copy, problems } = await opened(to)
    expect(problems).toEqual([])
    expect(copy.losses.holes).toEqual([])
    expect([...linesOf(await readAll(copy)).values()]).toEqual(numbered(0, 400))
    const { position } = await copy.append(batch(numbered(0, 1)))
    expect(position).toBeGreaterThan(log.synced)
    await copy.close()
    // The gap before it is none of lost records, at any later start.
    const { log: again, problems: later } = await opened(to)
    expect([later, again.losses.holes]).toEqual([[], []])
    expect([...linesOf(await readAll(again)).values()]).toEqual([...numbered(0, 400), ...numbered(0, 1)])
    await again.close()
    await log.close()
  })

  it('leaves out the frame that is just being written', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    await log.append(batch(numbered(0, 5)))
    const name = readdirSync(dir).find(one => one.endsWith('.ndjson.zst')) ?? ''
    const whole = statSync(join(dir, name)).size
    await log.append(batch(numbered(5, 5)))
    const torn = folder()
    for (const file of readdirSync(dir).filter(one => statSync(join(dir, one)).isFile()))
      copyFileSync(join(dir, file), join(torn, file))
    truncateSync(join(torn, name), statSync(join(torn, name)).size - 3)

    const { to, log: at } = await copied(torn)
    expect([at.end, statSync(join(to, name)).size]).toEqual([5, whole])
    const { log: copy, problems } = await opened(to)
    expect([problems, copy.losses.holes]).toEqual([[], []])
    expect([...linesOf(await readAll(copy)).values()]).toEqual(numbered(0, 5))
    await copy.close()
    await log.close()
  })

  it('takes damage along, to be told where it is opened', async () => {
    const dir = folder()
    const { log } = await opened(dir, { segmentBytes: 500 })
    for (let i = 0; i < 6; i++) await log.append(batch(numbered(i * 10, 10)))
    await log.close()
    const [first = ''] = readdirSync(dir).filter(one => one.endsWith('.ndjson.zst'))
    writeSync(openSync(join(dir, first), 'r+'), Buffer.from('damaged'), 0, 7, 4)
    const { to } = await copied(dir)
    const { log: copy } = await opened(to)
    expect(copy.losses.holes.length).toBeGreaterThan(0)
    await copy.close()
  })

  it('of a log in which nothing ever was is empty', async () => {
    const dir = folder()
    const { log } = await opened(dir)
    const { to, log: at } = await copied(dir)
    expect(at).toMatchObject({ end: 0, bases: [] })
    const { log: copy, problems } = await opened(to)
    expect([problems, copy.synced]).toEqual([[], 0])
    await copy.close()
    await log.close()
  })
})
