import type { Problem, Status } from '../../../src/serve/contract/index.ts'
import { date, moment } from '../ui/city-time.ts'
import { ago, compact, count } from '../ui/format.ts'
import type { Picture } from './picture.ts'

/** Readings of a quiet city wait up to 20 s for each other (decision 14); work of more seconds than this is a backlog. */
const BACKLOG_WARN_S = 30
/** What the server calls readings that are gone. */
const LOST = 'records_lost'

/** How the program is. Exactly one holds; `unknown` while nobody can ask it. */
export type Program =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'troubled'; readonly problems: readonly ProblemNote[] }
  | { readonly kind: 'behind'; readonly lines: number }
  | { readonly kind: 'works' }

/** A problem as the page shows it; `sinceMs` null where the server does not say. */
export interface ProblemNote {
  readonly code: string
  readonly message: string
  readonly sinceMs: number | null
}

/** A lost connection says nothing of the program; a problem, or an engine that is away, comes before a backlog. */
export function programOf(picture: Picture, status: Status | null): Program {
  if (status === null || picture.kind === 'connecting' || picture.kind === 'lost') return { kind: 'unknown' }
  const problems = problemsOf(status)
  if (problems.length > 0) return { kind: 'troubled', problems }
  if (isBehind(status)) return { kind: 'behind', lines: status.backlog.records }
  return { kind: 'works' }
}

/** Would it take longer than a few seconds to load what waits? */
export function isBehind({ backlog, rates }: Status): boolean {
  return backlog.records / Math.max(rates.loadedPerS, 1) >= BACKLOG_WARN_S
}

/** What the server names; and what was lost, and an engine that is away, even where it names nothing. */
export function problemsOf(status: Status): ProblemNote[] {
  const { problems, engine, ready } = status
  const named: ProblemNote[] = problems.map(({ code, message, since }: Problem) => ({
    code,
    message,
    sinceMs: Date.parse(since),
  }))
  const lost = lossText(status)
  if (lost !== null && !named.some(({ code }) => code === LOST))
    named.push({ code: LOST, message: `${lost}; see below.`, sinceMs: null })
  if (named.length > 0) return named
  const message = ready && engine.state === 'ready' ? null : AWAY[engine.state]
  return message === null ? [] : [{ code: `engine_${engine.state}`, message, sinceMs: null }]
}

/** "341 readings lost" while nobody has taken note of it; null when there is nothing to take note of. */
export function lossText({ losses }: Status): string | null {
  const { open, openCount, openRecords } = losses
  if (openCount === 0) return null
  // Only some of many are in the status: then nobody can say that all are exact.
  const exact = open.length === openCount && open.every(loss => loss.exact)
  return `${exact ? '' : 'Up to '}${count(openRecords)} ${openRecords === 1 ? 'reading' : 'readings'} lost`
}

/** How many problems there are beside what was lost, which is told by itself. */
export function problemCount(program: Program): number {
  return program.kind === 'troubled' ? program.problems.filter(({ code }) => code !== LOST).length : 0
}

const AWAY: Record<Status['engine']['state'], string> = {
  starting: 'The server is starting; readings are accepted and wait to be loaded.',
  restarting: 'The database engine is being restarted; readings are accepted and wait to be loaded.',
  stopped: 'The database engine has stopped; readings are accepted and wait to be loaded.',
  ready: 'The server is not ready yet; readings are accepted and wait to be loaded.',
}

export interface ProgramLine {
  readonly tone: 'good' | 'warn' | 'danger' | 'quiet'
  readonly text: string
}

/** The one line at the top of the Data page; null where the problems themselves stand there. */
export function programLine(
  program: Program,
  picture: Picture,
  clockMs: number,
  timeZone: string,
): ProgramLine | null {
  switch (program.kind) {
    case 'troubled':
      return null
    case 'behind':
      return {
        tone: 'warn',
        text: `Readings arrive faster than they are loaded: ${compact(program.lines)} lines wait. None is lost.`,
      }
    case 'unknown':
      return picture.kind === 'lost'
        ? {
            tone: 'danger',
            text: `How the server is cannot be known: the connection was lost ${ago(clockMs - picture.sinceMs)}.`,
          }
        : { tone: 'quiet', text: 'Waiting for the server.' }
    case 'works':
      return working(picture, clockMs, timeZone)
  }
}

function working(picture: Picture, clockMs: number, timeZone: string): ProgramLine {
  switch (picture.kind) {
    case 'stale':
      return {
        tone: 'warn',
        text: `The server works, but no reading has arrived since ${moment(picture.nowMs, clockMs, timeZone)}.`,
      }
    case 'empty':
      return { tone: 'quiet', text: 'The server works and waits for the first reading.' }
    case 'historical':
      return {
        tone: 'quiet',
        text: `The server works. The newest reading is of ${date(picture.nowMs, timeZone)}.`,
      }
    default:
      return { tone: 'good', text: 'Everything works' }
  }
}
