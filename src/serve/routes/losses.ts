import { z } from 'zod'
import { answerTagged } from '../answers.ts'
import { bodyIssues, parseJson, readText } from '../body.ts'
import { Loss, page } from '../contract/index.ts'
import { decodeCursor, encodeCursor, nextPath } from '../paging.ts'
import { RequestError } from '../problems.ts'
import { route, type Route } from '../route.ts'

/** What was lost, and who took note of it. */
export interface LossList {
  /** All that were ever found, oldest first. */
  list(): readonly Loss[]
  /** Null when there is no such loss; what is acknowledged already stays as it is. Durable when it resolves. */
  acknowledge(id: string, by: string, note: string | null): Promise<Loss | null>
}

const LIST = 'losses'
const MAX_BODY_BYTES = 16 * 1024
const words = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]+$/u, { error: 'has control or invisible characters' })

const Note = z.strictObject({
  by: words(128).optional().meta({ description: 'Who takes note; unset: "administrator"' }),
  note: words(2_000).optional().meta({ description: 'What was found or done' }),
})

export function lossRoutes(losses: LossList): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/losses',
      id: 'losses',
      tag: 'Health',
      summary: 'Acknowledged records that were lost',
      description: 'Newest first. A loss stays in the list for ever, also when somebody has acknowledged it.',
      access: 'read',
      query: z.strictObject({
        acknowledged: z
          .enum(['yes', 'no'], { error: 'wants yes or no' })
          .optional()
          .meta({ description: 'Only those that somebody has acknowledged, or nobody' }),
        limit: z
          .int({ error: 'wants a whole number from 1 to 10000' })
          .min(1, { error: 'wants a whole number from 1 to 10000' })
          .max(10_000, { error: 'wants a whole number from 1 to 10000' })
          .default(1_000)
          .meta({ description: 'Items a page' }),
        cursor: z
          .string()
          .min(1)
          .max(2_000)
          .optional()
          .meta({ description: 'Where the page before ended; take it from "next"' }),
      }),
      answers: {
        200: { description: 'A page of the list', content: { 'application/json': page(Loss) } },
        304: { description: 'The page is the one that If-None-Match names', content: {} },
      },
      problems: [400],
      handle: async ({ query: { acknowledged, limit, cursor }, request, reply }) => {
        const all = losses.list()
        const below = cursor === undefined ? all.length : indexIn(cursor)
        const rows = all
          .map((loss, index) => ({ loss, index }))
          .filter(({ loss, index }) => index < below && isWanted(loss, acknowledged))
          .toReversed()
        const last = rows[limit - 1]
        const next =
          rows.length > limit && last !== undefined
            ? nextPath(request.url, encodeCursor(LIST, 'desc', [last.index]))
            : null
        return answerTagged(request, reply, { items: rows.slice(0, limit).map(({ loss }) => loss), next })
      },
    }),
    acknowledgeRoute(losses),
  ]
}

function acknowledgeRoute(losses: LossList): Route {
  return route({
    method: 'POST',
    path: '/v1/losses/{loss_id}/acknowledge',
    id: 'acknowledge-loss',
    tag: 'Administration',
    summary: 'Take note of a loss',
    description: 'It is no problem any more and stays in the list. The first acknowledgement counts.',
    access: 'admin',
    params: z.strictObject({ loss_id: z.string().min(1).max(128) }),
    body: { description: 'Who, and why', required: false, content: { 'application/json': Note } },
    answers: { 200: { description: 'The loss as it is now', content: { 'application/json': Loss } } },
    problems: [400, 404, 413, 503],
    handle: async ({ params: { loss_id: id }, request, reply }) => {
      const text = await readText(request.raw, MAX_BODY_BYTES)
      const parsed = Note.safeParse(text.trim() === '' ? {} : parseJson(text))
      if (!parsed.success) throw new RequestError('ART_BODY', bodyIssues(parsed.error).join('; '))
      const { by = 'administrator', note = null } = parsed.data
      const loss = await losses.acknowledge(id, by, note)
      if (loss === null) {
        throw new RequestError(
          'ART_NOT_FOUND',
          `There is no loss ${JSON.stringify(id)}; GET /v1/losses lists them.`,
        )
      }
      return reply.header('cache-control', 'no-store').send(loss)
    },
  })
}

function indexIn(cursor: string): number {
  return Number(decodeCursor(cursor, LIST, 'desc', ['ordinal'])[0])
}

function isWanted(loss: Loss, acknowledged: 'yes' | 'no' | undefined): boolean {
  return acknowledged === undefined || (loss.acknowledged !== null) === (acknowledged === 'yes')
}
