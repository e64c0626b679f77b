import { openLog } from '../../../src/log/segments/index.ts'

/**
 * A process to be killed: appends batches of random size from several callers to the log in `argv[2]` and prints, for
 * each that was acknowledged, its position, count and the number of its first line.
 */
const dir = process.argv[2] ?? ''
const seed = Number(process.argv[3])
const log = await openLog(dir, { onProblem: () => undefined, segmentBytes: 40_000 })
let random = seed
const next = () => (random = (random * 48_271) % 2_147_483_647)
let number = seed * 10_000_000

async function caller(): Promise<never> {
  for (;;) {
    const count = 1 + (next() % 200)
    const first = number
    number += count
    const lines = Array.from(
      { length: count },
      (_, i) => `{"n":${first + i},"x":${Math.sin(first + i)}}\n`,
    ).join('')
    const { position } = await log.append({
      kind: 'reading',
      source: 'test',
      arrivedAtMs: 1_760_000_000_000 + first,
      intervalS: null,
      lines: Buffer.from(lines),
      count,
    })
    process.stdout.write(`${position} ${count} ${first}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, caller))
