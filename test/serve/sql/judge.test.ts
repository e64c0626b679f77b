import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { EngineQueryError } from '../../../src/core/errors.ts'
import { RequestError } from '../../../src/serve/index.ts'
import type { EngineNames } from '../../../src/serve/sql/guard/check.ts'
import { SqlBusyError, SqlRefusedError } from '../../../src/serve/sql/index.ts'
import { Judge } from '../../../src/serve/sql/judge/index.ts'
import type { EngineQuestions } from '../../../src/serve/sql/parser.ts'
import { holdDuring } from '../hold.ts'

const names: EngineNames = {
  functions: new Set(['file', 'count', 'plus']),
  tableFunctions: new Set(['url']),
  databases: new Set(['gold', 'system']),
  hiddenTables: new Set(['secret']),
}
const tree = (...nodes: string[]) =>
  Buffer.from(
    [
      'SelectWithUnionQuery (children 2)',
      ' ExpressionList (children 1)',
      '  SelectQuery (children 1)',
      `   ExpressionList (children ${nodes.length})`,
      ...nodes.map(node => `    ${node}`),
      ' Identifier TSVRaw',
      '',
    ].join('\n'),
  )

/** An engine that has parsed the statement already. */
const questions = (over: Partial<EngineQuestions> = {}): EngineQuestions => ({
  canonical: async sql => sql,
  ast: async () => tree('Literal UInt64_1'),
  names: async () => names,
  resolved: async () => Buffer.from(''),
  ...over,
})
const text = (sql: string) => ({ body: Buffer.from(sql), json: false, params: {} })
const json = (body: unknown) => ({ body: Buffer.from(JSON.stringify(body)), json: true, params: {} })

let judge = new Judge(new Set(['gold.a']))
afterEach(async () => {
  await judge.close()
  judge = new Judge(new Set(['gold.a']))
})

describe('Judge', () => {
  it('reads a statement and its parameters', async () => {
    expect(await judge.check(json({ sql: 'SELECT 1', params: { n: 5 } }), questions())).toEqual({
      sql: 'SELECT 1',
      kind: 'select',
      select: 'SELECT 1',
      params: { n: 5 },
    })
    expect(await judge.check({ ...text('SELECT 1'), params: { x: '1' } }, questions())).toMatchObject({
      params: { x: '1' },
    })
  })

  it('refuses in words, and goes on', async () => {
    await expect(judge.check(text('DROP TABLE gold.a'), questions())).rejects.toThrow(SqlRefusedError)
    await expect(judge.check(text('SELECT ‘a’'), questions())).rejects.toThrow('plain ASCII')
    await expect(judge.check(text('SELECT file(1)'), questions())).rejects.toThrow('the function file')
    await expect(judge.check(text('WITH secret AS (SELECT 1) SELECT 1'), questions())).rejects.toThrow(
      'WITH secret',
    )
    await judge.check(text('SELECT 1'), questions())
  })

  it.each([
    [text(' '), 'empty'],
    [json({ query: 'SELECT 1' }), 'sql'],
    [json({ sql: 'SELECT 1', params: { 'a b': 1 } }), 'params'],
    [json([]), 'body'],
    [{ body: Buffer.from([0xff]), json: false, params: {} }, 'UTF-8'],
    [{ body: Buffer.from('{'), json: true, params: {} }, 'not JSON'],
  ])('tells what of a body is wrong', async (request, message) => {
    const failure = judge.check(request, questions())
    await expect(failure).rejects.toThrow(RequestError)
    await expect(failure).rejects.toThrow(message)
  })

  it('passes on what the engine says of a statement', async () => {
    const said = new EngineQueryError('Syntax error', 62)
    const wrong = questions({ canonical: () => Promise.reject(said) })
    await expect(judge.check(text('SELECT'), wrong)).rejects.toBe(said)
    await judge.check(text('SELECT 1'), questions())
  })

  it('looks at the resolved tree too', async () => {
    await judge.checkResolved(Buffer.from('  TABLE id: 1, table_name: gold.a\n'))
    await expect(
      judge.checkResolved(Buffer.from('  TABLE id: 1, table_name: system.parts\n')),
    ).rejects.toThrow('system.parts')
  })

  it('ends a thread that does not answer, and goes on with a new one', async () => {
    const hasty = new Judge(new Set(['gold.a']), 0)
    const waiting = hasty.check(text(`SELECT ${'1,'.repeat(19_000)}1`), questions())
    await expect(waiting).rejects.toThrow(/takes too long/)
    await hasty.close()
  })

  it('counts the time from when its thread has started, which a busy machine puts off', async () => {
    const thread = puppet()
    const hasty = new Judge(new Set(['gold.a']), 0, () => thread)
    let isRefused = false
    const waiting = hasty.check(text('SELECT 1'), questions()).catch((error: unknown) => {
      isRefused = true
      return error
    })
    await sleep(50)
    expect(isRefused).toBe(false)
    thread.emit('message', { ready: true })
    expect(String(await waiting)).toMatch(/takes too long/)
  })

  it('tells those that wait for the engine to try again, when the thread dies', async () => {
    const threads = [puppet(), puppet()]
    let started = 0
    const begin = () => threads[started++] ?? puppet()
    const judge = new Judge(new Set(['gold.a']), undefined, begin)
    const slowEngine = questions({ canonical: () => new Promise(() => undefined) })
    const busy = expect(judge.check(text('SELECT 1'), slowEngine)).rejects.toThrow(SqlBusyError)
    const reading = expect(judge.checkResolved(Buffer.from(''))).rejects.toThrow('out of memory')
    threads[0]?.emit('message', { ready: true })
    threads[0]?.emit('message', { id: 1, asked: { what: 'canonical', sql: 'SELECT 1' } })
    threads[0]?.emit('error', new Error('out of memory'))
    await Promise.all([busy, reading])
    // The next one has a new thread, whatever the old one still says.
    const next = judge.checkResolved(Buffer.from(''))
    threads[0]?.emit('message', { id: 3, failed: 'late' })
    threads[1]?.emit('message', { ready: true })
    threads[1]?.emit('message', { id: 3, judged: null })
    await next
    expect(started).toBe(2)
  })
})

/** A thread that says what the test has it say. */
function puppet(): Worker {
  const still = { postMessage: () => undefined, unref: () => undefined, terminate: async () => 0 }
  return Object.assign(new EventEmitter(), still) as unknown as Worker
}

/** Each once took seconds of the main thread. */
const heavy = [
  ['54 KB of values', text(`SELECT ${'1,'.repeat(27_000)}1`)],
  [
    'a WITH of a thousand',
    text(`WITH ${Array.from({ length: 1_000 }, (_, i) => `a${i}(x) AS (SELECT 1)`).join(', ')} SELECT 1`),
  ],
  [
    '90,000 parameters',
    json({
      sql: 'SELECT 1',
      params: Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`p${i}`, 1])),
    }),
  ],
  [
    '90,000 wrong parameters',
    json({
      sql: 'SELECT 1',
      params: Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`p ${i}`, {}])),
    }),
  ],
  [
    'a list of 100,000',
    json({ sql: 'SELECT {x:Array(UInt8)}', params: { x: Array.from({ length: 100_000 }, () => 1) } }),
  ],
  ['50 KB of brackets', text(`SELECT ${'('.repeat(25_000)}1${')'.repeat(25_000)}`)],
  ['50 KB of open quotes', text(`SELECT ${"'".repeat(50_001)}`)],
  ['50 KB of comments', text(`SELECT ${'/**/'.repeat(15_000)}1`)],
  ['50 KB of open comments', text(`SELECT ${'/*'.repeat(30_000)}`)],
  ['50 KB of names', text(`SELECT ${'a.'.repeat(25_000)}a`)],
] as const

describe('a heavy statement', () => {
  it('holds the main thread no longer than a few milliseconds', async () => {
    const nodes = Array.from({ length: 19_000 }, (_, i) => `Literal '${'x'.repeat(i % 90)}'`)
    const large = questions({ ast: async () => tree(...nodes) })
    await judge.check(text('SELECT 1'), questions())
    const bodies = heavy.map(([, request]) => request)
    const { turnMs } = await holdDuring(() =>
      Promise.allSettled(bodies.map(request => judge.check(request, large))),
    )
    expect(turnMs).toBeLessThan(50)
  })
})
