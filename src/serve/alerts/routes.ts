import { z } from 'zod'
import { AlertDelivery, AlertRule } from './contract.ts'
import { RequestError } from '../problems.ts'
import { callerSignal, route, type Route } from '../route.ts'

/** Rules of alerts and what became of what they said. */
export interface AlertList {
  rules(): readonly AlertRule[]
  /** Newest first. */
  deliveries(): readonly AlertDelivery[]
  /** Sends a test to each target of a rule, once; null when there is no such rule. */
  test(rule: string, signal: AbortSignal): Promise<readonly AlertDelivery[] | null>
}

const MOST = 10_000
const Rules = z.strictObject({ items: z.array(AlertRule) })
const Deliveries = z.strictObject({ items: z.array(AlertDelivery) })
const limit = { error: `wants a whole number from 1 to ${MOST}` }

export function alertRoutes(alerts: AlertList): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/alerts',
      id: 'alerts',
      tag: 'Alerts',
      summary: 'Rules that say who is told of what',
      description: 'In the order of the settings; empty where none is set.',
      access: 'read',
      answers: { 200: { description: 'Now', content: { 'application/json': Rules } } },
      problems: [],
      handle: async ({ reply }) =>
        reply.header('cache-control', 'no-store').send(Rules.parse({ items: alerts.rules() })),
    }),
    route({
      method: 'GET',
      path: '/v1/alerts/deliveries',
      id: 'alert-deliveries',
      tag: 'Alerts',
      summary: 'What was told to whom, and what waits',
      description:
        'Newest first. Every alert is delivered, waits, or was given up with its reason; finished ones leave the list when newer ones need their place.',
      access: 'read',
      query: z.strictObject({
        state: AlertDelivery.shape.state.optional().meta({ description: 'Only those' }),
        rule: z.string().min(1).max(64).optional().meta({ description: 'Only those of a rule' }),
        limit: z
          .int(limit)
          .min(1, limit)
          .max(MOST, limit)
          .default(100)
          .meta({ description: 'At most so many' }),
      }),
      answers: { 200: { description: 'Now', content: { 'application/json': Deliveries } } },
      problems: [400],
      handle: async ({ query, reply }) => {
        const wanted = alerts
          .deliveries()
          .filter(one => query.state === undefined || one.state === query.state)
          .filter(one => query.rule === undefined || one.rule === query.rule)
        const items = wanted.slice(0, query.limit)
        return reply.header('cache-control', 'no-store').send(Deliveries.parse({ items }))
      },
    }),
    testRoute(alerts),
  ]
}

function testRoute(alerts: AlertList): Route {
  return route({
    method: 'POST',
    path: '/v1/alerts/{rule}/test',
    id: 'test-alert',
    tag: 'Alerts',
    summary: 'Send a test to each target of a rule',
    description: 'Once, at once; the answer says how it went. It is listed as a delivery of the kind test.',
    access: 'write',
    params: z.strictObject({ rule: z.string().min(1).max(64) }),
    answers: { 200: { description: 'How it went', content: { 'application/json': Deliveries } } },
    problems: [404],
    handle: async ({ params: { rule }, reply }) => {
      const items = await alerts.test(rule, callerSignal(reply))
      if (items !== null) return reply.header('cache-control', 'no-store').send(Deliveries.parse({ items }))
      throw new RequestError(
        'ART_NOT_FOUND',
        `There is no rule ${JSON.stringify(rule)}; GET /v1/alerts lists them.`,
      )
    },
  })
}
