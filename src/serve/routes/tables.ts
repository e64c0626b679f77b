import { z } from 'zod'
import { OpenTable } from '../contract/index.ts'
import { wrongParameters } from '../input.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { LINE_ANSWERS, sendLines } from './admin.ts'
import type { AdminEvent } from './admin.ts'

type Work = (tables: readonly string[], signal: AbortSignal) => AsyncIterable<AdminEvent>

/** What may be done with open tables; without names with all. Each ends when its signal aborts. */
export interface TableWork {
  /** Brings them level with the lake now. */
  readonly publish: Work
  /** Brings them level, reads every file and compares with the lake. */
  readonly verify: Work
  /** Puts small files together. */
  readonly optimise: Work
  /** Removes files that no version of the last days has. */
  readonly vacuum: Work
  /** Publishes them anew from all that the lake has, whoever changed them; names are needed. */
  readonly rebuild: Work
}

export interface TableList {
  readonly tables: () => Promise<readonly OpenTable[]>
  readonly work: TableWork
}

const Tables = z.strictObject({ items: z.array(OpenTable) })
const SUMMARIES: Readonly<Record<keyof TableWork, string>> = {
  publish: 'Bring open tables level with the lake now',
  verify: 'Read every file of open tables and compare with the lake',
  optimise: 'Put small files of open tables together',
  vacuum: 'Remove files that no version of open tables of the last days has',
  rebuild: 'Publish open tables anew, whoever changed them',
}

/** `closing` aborts when the server closes. */
export function tableRoutes(
  list: TableList,
  closing: AbortSignal,
  report: (error: unknown) => void,
): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/tables',
      id: 'tables',
      tag: 'Health',
      summary: 'Open tables that are published, and how far',
      description: 'Empty where the settings name no place for them.',
      access: 'read',
      answers: { 200: { description: 'Now', content: { 'application/json': Tables } } },
      problems: [503],
      handle: async ({ reply }) =>
        reply.header('cache-control', 'no-store').send(Tables.parse({ items: await list.tables() })),
    }),
    ...(Object.keys(SUMMARIES) as (keyof TableWork)[]).map(what =>
      route({
        method: 'POST',
        path: `/v1/admin/tables/${what}`,
        id: `${what}Tables`,
        tag: 'Administration',
        summary: SUMMARIES[what],
        access: 'admin',
        query: z.strictObject({
          table: z
            .union([z.string(), z.array(z.string())])
            .optional()
            .meta({ description: 'A table, e.g. silver/readings; may be given several times. Unset: all' }),
        }),
        answers: LINE_ANSWERS,
        problems: [400, 503],
        handle: async ({ query: { table = [] }, reply }) => {
          const named = typeof table === 'string' ? [table] : table
          if (what === 'rebuild' && named.length === 0)
            throw wrongParameters([{ name: 'table', value: '', message: 'names the tables to publish anew' }])
          const until = AbortSignal.any([callerSignal(reply), closing])
          return sendLines(reply, list.work[what](named, until), report)
        },
      }),
    ),
  ]
}
