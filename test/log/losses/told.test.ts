import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sizeOf, without } from '../../../src/core/ranges.ts'
import type { Range } from '../../../src/core/ranges.ts'
import type { Loss } from '../../../src/core/schema/loss.ts'
import { seal, unseal } from '../../../src/core/disk/sealed-json.ts'
import type { SegmentLog } from '../../../src/log/segments/index.ts'
import { batch, folder, linesOf, numbered, opened, readAll, removeFolders } from '../segments/sample.ts'

/** A data folder with a log in it, that is damaged and opened again and again. */
class City {
  readonly root = folder()
  readonly acknowledged = new Set<number>()
  log: SegmentLog | null = null
  #lines = 0

  get dir(): string {
    return join(this.root, 'log')
  }

  get top(): number {
    return Math.max(-1, ...this.acknowledged) + 1
  }

  async open(segmentBytes: number, seenUpto = 0): Promise<SegmentLog> {
    mkdirSync(this.dir, { recursive: true })
    const { log } = await opened(this.dir, {
      segmentBytes,
      seenUpto,
      lossesPath: join(this.root, 'losses.json'),
    })
    this.log = log
    return log
  }

  async append(sizes: readonly number[]): Promise<void> {
    for (const size of sizes) {
      const { position, count } = await this.log!.append(batch(numbered(this.#lines, size)))
      this.#lines += size
      for (let i = 0; i < count; i++) this.acknowledged.add(position + i)
    }
  }

  /** Ends the log in order, or leaves the folder as a killed process does. */
  async end(clean: boolean): Promise<void> {
    const copy = join(folder(), 'copy')
    if (!clean) cpSync(this.root, copy, { recursive: true })
    await this.log!.close()
    if (clean) return
    rmSync(this.root, { recursive: true })
    cpSync(copy, this.root, { recursive: true })
  }

  files(): string[] {
    return readdirSync(this.root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && !entry.parentPath.endsWith('damaged'))
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
  }

  /** As if the machine had gone down since. */
  reboot(): void {
    const path = join(this.dir, 'positions.json')
    if (!existsSync(path)) return
    const { value } = unseal(readFileSync(path, 'utf8'))
    writeFileSync(path, seal({ ...(value as object), boot: 'another' }))
  }
}

interface Blow {
  readonly kind: 'flip' | 'cut' | 'remove' | 'insert'
  readonly file: number
  readonly at: number
}

function strike(path: string, { kind, at: share }: Blow): void {
  if (!existsSync(path) || !statSync(path).isFile()) return
  const { size } = statSync(path)
  const at = Math.floor(share * size)
  if (kind === 'remove') rmSync(path)
  else if (kind === 'cut') truncateSync(path, at)
  else {
    const bytes = readFileSync(path)
    if (kind === 'flip' && size > 0) bytes[at]! ^= 1 + (at % 255)
    const parts = [bytes.subarray(0, at), Buffer.from('{}\n\n"'), bytes.subarray(at)]
    writeFileSync(path, kind === 'insert' ? Buffer.concat(parts) : bytes)
  }
}

const ranges = (positions: Iterable<number>): Range[] =>
  without(
    [...positions].map(from => ({ from, to: from + 1 })),
    [],
  )

const blow: fc.Arbitrary<Blow> = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'remove', 'insert'),
  file: fc.nat(),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

const round = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 0, maxLength: 12 }),
  clean: fc.boolean(),
  reboot: fc.boolean(),
  /** The lake has read all that was acknowledged, and says so. */
  seen: fc.boolean(),
  blows: fc.array(blow, { minLength: 0, maxLength: 4 }),
})

const scenario = fc.record({
  segmentBytes: fc.constantFrom(1, 1500, 6000, 1_000_000),
  rounds: fc.array(round, { minLength: 1, maxLength: 4 }),
})

/** Nothing of a loss changes once it is told. */
function expectKept(before: readonly Loss[], after: readonly Loss[]): void {
  expect(after.slice(0, before.length)).toEqual(before)
}

describe('what was lost of a log, whatever happens to its files', () => {
  it('is told exactly, within bounds where nobody can know, and for ever', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ segmentBytes, rounds }) => {
        const city = new City()
        await city.open(segmentBytes)
        let told: readonly Loss[] = []
        for (const { sizes, clean, reboot, seen, blows } of rounds) {
          await city.append(sizes)
          await city.end(clean)
          const files = city.files()
          const newest = files.filter(path => path.endsWith('.frames.ndjson')).at(-1)
          const struck = blows.map(one => files[one.file % files.length] ?? city.root)
          if (reboot) city.reboot()
          for (const [i, one] of blows.entries()) strike(struck[i]!, one)
          const books = files.filter(path => path.endsWith('losses.json'))
          const bookIsGone = books.every(path => struck.includes(path))

          const log = await city.open(segmentBytes, seen ? city.top : 0)
          const readable = ranges(linesOf(await readAll(log, 0, 3000)).keys())
          const acknowledged = ranges(city.acknowledged)
          const destroyed = without(acknowledged, readable)
          const losses = log.losses.list()
          const exact = losses.filter(loss => loss.exact)
          if (!bookIsGone) expectKept(told, losses)
          told = losses
          expect(sizeOf(without(exact, destroyed)), 'told as lost, and is not').toBe(0)
          for (const loss of exact) expect(loss.records).toBe(loss.to - loss.from)
          const untold = without(destroyed, losses)
          const tailIsUnknown = !seen && newest !== undefined && struck.includes(newest)
          const beyond = { from: 0, to: Math.max(0, ...readable.map(({ to }) => to)) }
          expect(
            without(untold, tailIsUnknown ? [{ ...beyond, from: beyond.to, to: Infinity }] : []),
          ).toEqual([])
          // Positions never come back.
          const { position } = await log.append(batch(['next']))
          expect(position).toBeGreaterThanOrEqual(city.top)
          city.acknowledged.add(position)
        }
        await city.end(true)
        const log = await city.open(segmentBytes)
        expect(log.losses.list()).toEqual(told)
        await log.close()
        removeFolders()
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 40) },
    )
  })
})
