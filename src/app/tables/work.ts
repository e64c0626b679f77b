import { setTimeout as sleep } from 'node:timers/promises'
import { Unsteady } from '../../lake/publish/index.ts'
import type { Publisher } from '../../lake/publish/index.ts'
import type { TableWork } from '../../serve/routes/tables.ts'
import { progressEvents } from '../doors/progress-events.ts'
import type { Report } from '../doors/progress-events.ts'
import type { Publishing } from './publishing.ts'

const RETRY_MS = 200

type Work = (
  tables: readonly string[] | null,
  report: Report,
  signal: AbortSignal,
) => Promise<Readonly<Record<string, unknown>>>

/** What an administrator may have done with tables. @param spool a folder on this machine for files on their way */
export function tableWork(publishing: Publishing, spool: string): TableWork {
  const inTurn = <T>(signal: AbortSignal, work: (publisher: Publisher, ends: AbortSignal) => Promise<T>) =>
    steadily(() => publishing.inTurn(work, signal), signal)
  const level = (tables: readonly string[] | null, signal: AbortSignal) =>
    steadily(() => publishing.publish('all', { isWhole: true, only: tables }, signal), signal)
  const works: Readonly<Record<keyof TableWork, Work>> = {
    publish: async (tables, report, signal) => {
      report(0, 'bringing the tables level with the lake')
      await level(tables, signal)
      return { where: publishing.status.where, tables: publishing.tables }
    },
    verify: async (tables, report, signal) => {
      report(0, 'bringing the tables level with the lake')
      await level(tables, signal)
      const onTable = (path: string, share: number) => report(share, path)
      const verdicts = await inTurn(signal, (publisher, ends) => publisher.verify(tables, ends, onTable))
      const failing = publishing.tables.filter(
        ({ problem, path }) => problem !== null && (tables?.includes(path) ?? true),
      )
      return {
        equal: failing.length === 0 && verdicts.every(({ differences }) => differences.length === 0),
        failing: failing.map(({ path, problem }) => ({ path, problem })),
        tables: verdicts,
      }
    },
    optimise: async (tables, report, signal) => {
      const onTable = (path: string, share: number) => report(share, path)
      const { before, after } = await inTurn(signal, (publisher, ends) =>
        publisher.optimise(tables, spool, ends, onTable),
      )
      return { filesBefore: before, filesAfter: after }
    },
    vacuum: async (tables, report, signal) => {
      const onTable = (path: string, share: number) => report(share, path)
      return { removed: await inTurn(signal, (publisher, ends) => publisher.vacuum(tables, ends, onTable)) }
    },
    rebuild: async (tables, report, signal) => {
      const named = tables ?? []
      let done = 0
      const onTable = (path: string) => report(done++ / named.length, path)
      await inTurn(signal, (publisher, ends) => publisher.rebuild(named, ends, onTable))
      return {
        where: publishing.status.where,
        tables: publishing.tables.filter(({ path }) => named.includes(path)),
      }
    },
  }
  const events = (work: Work) => (tables: readonly string[], signal: AbortSignal) =>
    progressEvents(report => work(tables.length === 0 ? null : tables, report, signal))
  return {
    publish: events(works.publish),
    verify: events(works.verify),
    optimise: events(works.optimise),
    vacuum: events(works.vacuum),
    rebuild: events(works.rebuild),
  }
}

/** Other work may change the lake meanwhile: then again. */
export async function steadily<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Unsteady)) throw error
      await sleep(RETRY_MS, undefined, { signal })
    }
  }
}
