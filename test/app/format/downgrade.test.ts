import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { downgrade } from '../../../src/app/format/downgrade.ts'
import { writeMark } from '../../../src/app/format/mark.ts'
import { holdFolder } from '../../../src/app/folder/index.ts'
import { DataFolderInUseError } from '../../../src/core/errors.ts'
import { checkpointText, NO_CHECKPOINT } from '../../../src/lake/once/checkpoint.ts'
import { decodeHeader, frameEnd } from '../../../src/log/segments/frame/header.ts'
import type { SegmentLog } from '../../../src/log/segments/index.ts'
import { AT_ONCE, fill, lines, told } from '../../log/segments/compact/city.ts'
import { folder, opened, readAll } from '../../log/segments/sample.ts'

const quiet = () => undefined
const LINES = { compacted: 300, single: 20 }
const segment = '00000000000000000000.ndjson.zst'
const newCheckpoint = { ...NO_CHECKPOINT, position: 12, days: {}, passed: {} }

let dir: string
let before: Map<number, string>

/** A folder of this format, most of its log compacted. */
beforeEach(async () => {
  dir = join(folder(), 'city')
  const held = await holdFolder(dir)
  writeFileSync(held.checkpointPath, checkpointText(newCheckpoint))
  const { log } = await opened(held.logDir, { lossesPath: held.lossesPath })
  await fill(log, 0, LINES.compacted)
  expect(await log.compact(AT_ONCE)).toMatchObject({ segments: 1 })
  await fill(log, LINES.compacted, LINES.single)
  before = told(await readAll(log))
  await log.close()
  await held.release()
})

/** What of a frame's header the first version understands. */
function headers(bytes: Buffer): { version: number; kind: number }[] {
  const found = []
  for (let at = 0; at < bytes.length;) {
    const frame = decodeHeader(bytes, at, at)
    if (frame === null) throw new Error(`no frame at ${at}`)
    found.push({ version: bytes.readUInt8(at + 8), kind: bytes.readUInt8(at + 9) })
    at = frameEnd(frame)
  }
  return found
}

const json = (...path: string[]) => JSON.parse(readFileSync(join(dir, ...path), 'utf8')) as unknown

async function expectOld(): Promise<void> {
  expect(existsSync(join(dir, 'format.json'))).toBe(false)
  expect(existsSync(join(dir, 'segments'))).toBe(false)
  expect(existsSync(join(dir, 'arterial.lock'))).toBe(false)
  const names = readdirSync(join(dir, 'log')).sort()
  expect(names).toEqual([
    segment.replace('.ndjson.zst', '.frames.ndjson'),
    segment,
    'losses.json',
    'positions.json',
  ])
  expect(Object.keys(json('log', 'positions.json') as object)).toEqual([
    'clean',
    'next',
    'end',
    'skipped',
    'segments',
  ])
  expect(json('log', 'positions.json')).toMatchObject({ clean: true, end: before.size, segments: [0] })
  expect(Object.keys(json('checkpoint.json') as object).sort()).toEqual(
    Object.keys(NO_CHECKPOINT)
      .filter(key => key !== 'passed' && key !== 'streams')
      .sort(),
  )
  expect(json('checkpoint.json')).toMatchObject({ version: 1, position: 12 })
  const frames = headers(readFileSync(join(dir, 'log', segment)))
  expect(frames.length).toBeGreaterThan(LINES.compacted)
  expect(frames.filter(({ version, kind }) => version !== 1 || kind > 3)).toEqual([])
  expect(sidecarEnd()).toBe(before.size)
  const { log, problems } = await opened(join(dir, 'log'))
  expect(told(await readAll(log))).toEqual(before)
  expect(problems).toEqual([])
  await log.close()
}

/** The sidecar's lines follow each other without a gap, from the first record to the last. */
function sidecarEnd(): number {
  const text = readFileSync(join(dir, 'log', segment.replace('.ndjson.zst', '.frames.ndjson')), 'utf8')
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as { position: number; count: number })
    .reduce((end, { position, count }) => {
      expect(position).toBe(end)
      return end + count
    }, 0)
}

/** What a kill leaves, from the last step back to the first; each holds on top of the ones before. */
const KILLS: readonly (readonly [string, () => Promise<void> | void])[] = [
  ['before the mark is removed', () => writeMark(dir)],
  [
    'before the old checkpoint',
    () => writeFileSync(join(dir, 'checkpoint.json'), checkpointText(newCheckpoint)),
  ],
  ['before the log is moved', () => renameSync(join(dir, 'log'), join(dir, 'segments'))],
  ['and the old program made a folder and stopped', () => mkdirSync(join(dir, 'log'))],
  [
    'before the signpost is removed',
    () => {
      rmSync(join(dir, 'log'), { recursive: true })
      writeFileSync(join(dir, 'log'), 'The log is in segments/')
    },
  ],
  [
    'while a segment was written',
    () => appendFileSync(join(dir, 'segments', `${segment}.tmp`), 'half a frame'),
  ],
]

describe('the way back to format 1', () => {
  it('writes the log as the first version did: the same lines, positions, arrivals and sources', async () => {
    expect(await downgrade(dir, quiet)).toEqual({ segments: 1, records: before.size, rewritten: 1 })
    await expectOld()
    expect(await downgrade(dir, quiet)).toBeNull()
  })

  it.each(KILLS.map(([name], i) => [name, i] as const))('goes on after a kill %s', async (_, i) => {
    await downgrade(dir, quiet)
    for (const [, undo] of KILLS.slice(0, i + 1)) await undo()
    expect(await downgrade(dir, quiet)).toMatchObject({ records: before.size })
    await expectOld()
  })

  it.each(KILLS.map(([name], i) => [name, i] as const))(
    'can be started anew after a kill %s',
    async (_, i) => {
      await downgrade(dir, quiet)
      for (const [, undo] of KILLS.slice(0, i + 1)) await undo()
      const held = await holdFolder(dir)
      const { log, problems } = await opened(held.logDir, { lossesPath: held.lossesPath })
      expect(told(await readAll(log))).toEqual(before)
      expect(problems).toEqual([])
      await log.close()
      await held.release()
    },
  )

  it('strips the rules of what the first version does not know, and notes from where it judges', async () => {
    const rules = { zone: 'UTC', oldest_ms: 0, max_future_ms: 1, max_sensors: 2, interval_s: 3 }
    const note = (log: SegmentLog, visible: object) =>
      log.append(
        lines([JSON.stringify({ ...rules, ...visible })], 0, { kind: 'rules', source: 'configuration' }),
      )
    const held = await holdFolder(dir)
    const { log } = await opened(held.logDir, { lossesPath: held.lossesPath })
    await note(log, {})
    await fill(log, 0, 3)
    await note(log, { visible_ids: true })
    const end = log.synced
    await log.close()
    await held.release()
    const old = async () => {
      const kept = await opened(join(dir, 'log'))
      const frames = await readAll(kept.log)
      await kept.log.close()
      return frames
        .filter(({ kind }) => kind === 'rules')
        .map(frame => ({ at: frame.position - end, text: frame.lines.toString(), source: frame.source }))
    }
    await downgrade(dir, quiet)
    const text = `${JSON.stringify(rules)}\n`
    const found = await old()
    expect(found.slice(1)).toEqual([
      { at: -1, text, source: 'configuration' },
      { at: 0, text, source: 'downgrade' },
    ])
    expect(found[0]?.text).toBe(text)
    // After a kill near its end, it notes nothing twice.
    renameSync(join(dir, 'log'), join(dir, 'segments'))
    await writeMark(dir)
    await downgrade(dir, quiet)
    expect(await old()).toEqual(found)
  })

  it('refuses, with their number, records that the old program would destroy', async () => {
    const held = await holdFolder(dir)
    const { log } = await opened(held.logDir, { lossesPath: held.lossesPath })
    await log.append({ ...lines(['{"t":1}', '{"t":2}'], 0), kind: 'weather' })
    await log.close()
    await held.release()
    await expect(downgrade(dir, quiet)).rejects.toThrow(/2 records of a newer program/)
    expect(existsSync(join(dir, 'segments', segment))).toBe(true)
    expect(existsSync(join(dir, 'format.json'))).toBe(true)
    expect(existsSync(join(dir, 'arterial.lock'))).toBe(false)
  })

  it('refuses while a server runs, and makes no folder', async () => {
    const held = await holdFolder(dir)
    await expect(downgrade(dir, quiet)).rejects.toThrow(DataFolderInUseError)
    await held.release()
    await expect(downgrade(join(dir, 'none'), quiet)).rejects.toThrow(/no data folder/)
    expect(existsSync(join(dir, 'none'))).toBe(false)
  })
})
