import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { dayFigures } from '../../lake/read/day/index.ts'
import type { LakeReader } from '../../lake/read/index.ts'
import type { ReadEngine } from '../../lake/read/read-engine.ts'
import { DayReport } from '../../serve/contract/index.ts'
import type { Status, StepRun } from '../../serve/contract/index.ts'
import type { ReportList } from '../../serve/reports/index.ts'
import { cityDay } from './city-day.ts'
import { dayReport } from './day-report.ts'
import { reportMarkdown } from './markdown.ts'

export interface ReportsDeps {
  /** Of the data folder. */
  readonly folder: string
  readonly zone: string
  readonly engine: Pick<ReadEngine, 'query'>
  readonly reader: Pick<LakeReader, 'quarantineReasons'>
  readonly status: () => Status | Promise<Status>
  /** Resolves when everything that is durable now is in the tables. */
  readonly level: (signal: AbortSignal) => Promise<void>
  readonly now: () => number
}

export interface Reports extends ReportList {
  /** Writes the report of a day, in place of an earlier one. @returns what it says, in a sentence */
  readonly write: (context: {
    readonly day: string
    readonly signal: AbortSignal
    readonly steps: () => readonly StepRun[]
  }) => Promise<string>
}

const NAME = /^(\d{4}-\d{2}-\d{2})\.json$/

/** Reports of days, as files of the data folder: `reports/YYYY-MM-DD.json`, and `.md` for people. */
export function openReports(deps: ReportsDeps): Reports {
  const { zone, engine, reader, status, level, now } = deps
  const folder = join(deps.folder, 'reports')
  return {
    days: async () =>
      (await filesOf(folder))
        .flatMap(file => NAME.exec(file)?.[1] ?? [])
        .sort()
        .toReversed(),
    report: async day => {
      const written = await readOrNull(join(folder, `${day}.json`))
      return written === null ? null : DayReport.parse(JSON.parse(written))
    },
    markdown: day => readOrNull(join(folder, `${day}.md`)),
    write: async ({ day: named, signal, steps }) => {
      await level(signal)
      const day = cityDay(named, zone)
      const report = dayReport({
        ...{ day, steps: steps(), madeAtMs: now() },
        figures: await dayFigures(engine, day, signal),
        quarantine: [...(await reader.quarantineReasons(day, signal))],
        status: await status(),
      })
      await mkdir(folder, { recursive: true })
      await writeFileDurably(join(folder, `${named}.md`), reportMarkdown(report))
      // The one that is looked for comes last.
      await writeFileDurably(join(folder, `${named}.json`), `${JSON.stringify(report, null, 2)}\n`)
      return `reports/${named}.md: ${report.readings.valid} readings, ${report.problems.length} problems`
    },
  }
}

async function filesOf(folder: string): Promise<string[]> {
  return (await orNull(readdir(folder))) ?? []
}

function readOrNull(path: string): Promise<string | null> {
  return orNull(readFile(path, 'utf8'))
}

/** Null where there is none. */
async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
