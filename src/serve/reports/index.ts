import { z } from 'zod'
import { DayReport, ReportEntry } from '../contract/index.ts'
import { RequestError } from '../problems.ts'
import { route, type Route } from '../route.ts'

/** Reports that were written of days. */
export interface ReportList {
  /** `YYYY-MM-DD`, newest first. */
  readonly days: () => Promise<readonly string[]>
  /** Null when there is none of that day. */
  readonly report: (day: string) => Promise<DayReport | null>
  readonly markdown: (day: string) => Promise<string | null>
}

const Reports = z.strictObject({ items: z.array(ReportEntry) })
const OfDay = z.strictObject({ day: z.iso.date({ error: 'wants a day, such as 2026-11-01' }) })
const SAYS = 'Written by the step `report` of a pipeline, into `reports/` of the data folder.'

export function reportRoutes(reports: ReportList): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/reports',
      id: 'reports',
      tag: 'Health',
      summary: 'Reports of days, newest first',
      description: SAYS,
      access: 'read',
      answers: { 200: { description: 'Now', content: { 'application/json': Reports } } },
      problems: [],
      handle: async ({ reply }) => {
        const items = (await reports.days()).map(day => ({ day, href: `/v1/reports/${day}` }))
        return reply.header('cache-control', 'no-store').send(Reports.parse({ items }))
      },
    }),
    route({
      method: 'GET',
      path: '/v1/reports/{day}',
      id: 'report',
      tag: 'Health',
      summary: 'The report of a day',
      description: SAYS,
      access: 'read',
      params: OfDay,
      answers: { 200: { description: 'As it was written', content: { 'application/json': DayReport } } },
      problems: [400, 404],
      handle: async ({ params: { day }, reply }) =>
        reply.header('cache-control', 'no-store').send(found(await reports.report(day), day)),
    }),
    route({
      method: 'GET',
      path: '/v1/reports/{day}/markdown',
      id: 'report-markdown',
      tag: 'Health',
      summary: 'The report of a day, for people',
      description: SAYS,
      access: 'read',
      params: OfDay,
      answers: {
        200: {
          description: 'As it was written',
          content: { 'text/markdown': null },
        },
      },
      problems: [400, 404],
      handle: async ({ params: { day }, reply }) =>
        reply
          .header('cache-control', 'no-store')
          .type('text/markdown; charset=utf-8')
          .send(found(await reports.markdown(day), day)),
    }),
  ]
}

function found<T>(report: T | null, day: string): T {
  if (report !== null) return report
  throw new RequestError(
    'ART_NOT_FOUND',
    `There is no report of ${day}; GET /v1/reports lists them. \`arterial jobs run daily --from ${day}\` writes it.`,
  )
}
