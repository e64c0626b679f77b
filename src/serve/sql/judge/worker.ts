import { parentPort } from 'node:worker_threads'
import { RequestError } from '../../problems.ts'
import { treeLines } from '../guard/ast.ts'
import { checkStatement, type EngineNames, type SqlParser } from '../guard/check.ts'
import { checkResolved } from '../guard/resolved.ts'
import type { Asked, FromJudge, Judged, ToJudge } from './index.ts'
import { SqlRefusedError } from '../refused.ts'
import { readStatement } from '../statement.ts'

// The thread that reads users' statements. It has no engine: what it wants to know of it, it asks the main thread.

interface Open {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The question each statement in hand waits on. */
const open = new Map<number, Open>()

parentPort?.on('message', (message: ToJudge) => {
  if (message.op === 'answer') settle(message.id, message.value)
  else if (message.op === 'drop') drop(message.id)
  else void judge(message).then(post)
})
post({ ready: true })

function post(message: FromJudge): void {
  parentPort?.postMessage(message)
}

async function judge(message: Extract<ToJudge, { op: 'check' | 'resolved' }>): Promise<FromJudge> {
  const { id } = message
  try {
    if (message.op === 'check') return { id, judged: await check(message) }
    checkResolved(treeLines(message.tree, false), new Set(message.tables))
    return { id, judged: null }
  } catch (error) {
    if (error instanceof SqlRefusedError) return { id, refused: error.message }
    if (error instanceof RequestError) return { id, mistake: { code: error.code, message: error.message } }
    return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

async function check({ id, request, tables }: Extract<ToJudge, { op: 'check' }>): Promise<Judged> {
  const { sql, params } = readStatement(request)
  const parser: SqlParser = {
    canonical: async text => (await ask(id, { what: 'canonical', sql: text })) as string,
    ast: async text => treeLines((await ask(id, { what: 'ast', sql: text, params })) as Uint8Array, true),
    names: async () => (await ask(id, { what: 'names' })) as EngineNames,
  }
  return { ...(await checkStatement(sql, params, parser, new Set(tables))), params }
}

function ask(id: number, asked: Asked): Promise<unknown> {
  return new Promise((resolve, reject) => {
    open.set(id, { resolve, reject })
    post({ id, asked })
  })
}

function settle(id: number, value: unknown): void {
  const waiting = open.get(id)
  open.delete(id)
  waiting?.resolve(value)
}

function drop(id: number): void {
  const waiting = open.get(id)
  open.delete(id)
  waiting?.reject(new Error('given up'))
}
