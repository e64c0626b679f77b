import { describe, expect, it } from 'vitest'
import type { LineScan } from '../../../src/lake/scan-lines/index.ts'
import { readingScan } from '../../../src/lake/scan-lines/index.ts'
import { linesOfJson } from '../../../src/core/text/message-lines.ts'
import { linesIn } from '../../../src/app/spark/lines-in.ts'
import { scanLines, scanMessages } from '../../../src/app/spark/scan.ts'

const rules = { oldestMs: 0, maxFutureMs: 300_000, maxSensors: 100, visibleIds: true }
const scan: LineScan = readingScan({ rules, zone: 'UTC', intervalS: 30 }, [])
const READING = { topic: 'traffic', kind: 'reading', intervalS: null, isMapped: false, read: linesOfJson }
const AT = Date.parse('2026-03-01T06:00:00Z')
const reading = (count: number) =>
  JSON.stringify({ sensor_id: 'S-1', timestamp: '2026-03-01T05:00:00Z', vehicle_count: count })

async function* chunks(text: string | Buffer, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text as string)
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

async function said(run: (write: (text: string) => Promise<void>) => Promise<void>) {
  let text = ''
  await run(more => {
    text += more
    return Promise.resolve()
  })
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>)
}

const options = (input: AsyncIterable<Buffer>, write: (text: string) => Promise<void>) => ({
  ...{ scan, kind: 'reading', maxLineBytes: 1000, input, write },
})
const message = (offset: number, value: string | Buffer | null, at = AT) =>
  JSON.stringify({
    partition: 2,
    offset,
    at,
    value: value === null ? null : Buffer.from(value as string).toString('base64'),
  })

describe('lines that come in pieces', () => {
  it('are whole, the last one without its end too, and one that is too long is counted only', async () => {
    const lines = []
    for await (const some of linesIn(chunks('a\n\n123456789012345\nend', 4), 10)) lines.push(...some)
    expect(lines.map(line => (Buffer.isBuffer(line) ? String(line) : line))).toEqual([
      'a',
      '',
      { bytes: 15 },
      'end',
    ])
  })
})

describe('a scan of lines', () => {
  it('answers each line under its number', async () => {
    const text = `${reading(1)}\n${'x'.repeat(2000)}\n\n${reading(2)}`
    const lines = await said(write =>
      scanLines(options(chunks(text), write), { source: 's', arrivedAtMs: AT }),
    )
    expect(lines).toMatchObject([
      { line: 1, row: { vehicles: 1, source: 's' } },
      { line: 2, refused: { reasons: ['line_too_long'], bytes: 2000 } },
      { line: 3, refused: { reasons: ['json_syntax'] } },
      { line: 4, row: { vehicles: 2 } },
    ])
  })

  it('waits until what it said is taken before it reads on', async () => {
    let open = 0
    let most = 0
    const lines = Array.from({ length: 9000 }, (_, i) => reading(i)).join('\n')
    await scanLines(
      options(chunks(lines, 65_536), async () => {
        most = Math.max(most, ++open)
        await new Promise(done => setImmediate(done))
        open--
      }),
      { source: 's', arrivedAtMs: AT },
    )
    expect(most).toBe(1)
  })
})

describe('a scan of messages', () => {
  it('has each record of an array under its number, and a message that says none as refused', async () => {
    const input = [
      message(7, `[${reading(1)} ,\n ${reading(2)}]`),
      message(8, 'no JSON'),
      message(9, null),
      message(10, '[]'),
      message(11, 'x'.repeat(2000)),
      message(12, reading(3), AT + 1),
    ]
    const lines = await said(write => scanMessages(options(chunks(input.join('\n')), write), READING))
    expect(lines).toMatchObject([
      { partition: 2, offset: 7, record: 0, row: { vehicles: 1, source: 'kafka:traffic' } },
      { offset: 7, record: 1, row: { vehicles: 2 } },
      { offset: 8, record: 0, refused: { reasons: ['json_syntax'], source: 'kafka:traffic/2@8' } },
      { offset: 9, refused: { line: 'null' } },
      { offset: 11, refused: { reasons: ['line_too_long'], bytes: 2000 } },
      { offset: 12, row: { vehicles: 3, arrived_at: '2026-03-01T06:00:00.001Z' } },
    ])
  })

  it('names the line of the input that is no message', async () => {
    const input = `${message(1, reading(1))}\n{"partition":0}`
    await expect(said(write => scanMessages(options(chunks(input), write), READING))).rejects.toThrow(
      'Line 2 of the input is no message',
    )
  })
})
