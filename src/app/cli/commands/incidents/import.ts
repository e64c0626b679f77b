import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import { zoneOffsets } from '../../../../core/time/index.ts'
import type { Zone } from '../../../../core/time/index.ts'
import type { CleaningRules } from '../../../../sources/incidents/index.ts'
import { cityBoundary } from '../../../incidents/places.ts'
import { configSources, note, withServer } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { EXIT } from '../../exit-codes.ts'
import { recordOutcome } from '../../import/incidents/record-outcome.ts'
import { fileReport, isWhole, reportText, sumOfReports } from '../../import/incidents/report.ts'
import type { FileReport } from '../../import/incidents/report.ts'
import { checkIncidentFile, sendIncidentFile } from '../../import/incidents/send-file.ts'
import type { SentFile } from '../../import/incidents/send-file.ts'
import type { Asking } from '../../import/outcome.ts'
import { patienceOf } from '../../import/patience.ts'
import { command, withServerFlags } from '../../options.ts'
import { number, printable } from '../../output.ts'
import { progress } from '../../progress.ts'
import type { Shell } from '../../shell.ts'

interface ImportFlags extends ServerFlags {
  readonly zone?: string
  readonly wait: boolean
}

export function importIncidentsCommand(shell: Shell): Command {
  const bring = command(
    'import',
    'bring in exports of the incident record (CSV, JSON or GeoJSON, with ids or without) and count what became of each row; the same file twice, or files in any order, make the same record',
    [
      'incidents import incidents.csv',
      'incidents import archive_2016.csv archive_2017.csv incidents.csv --zone America/Edmonton',
      'incidents import incidents.csv --json',
    ],
  )
  return withServerFlags(bring)
    .argument('<file...>', 'files, one after the other')
    .option('--zone <name>', 'zone of times without one; default: the city’s')
    .option('--no-wait', 'return when all is sent, without counting what became of it')
    .action((files: string[], flags: ImportFlags) => importFiles(shell, files, flags))
}

async function importFiles(shell: Shell, files: readonly string[], flags: ImportFlags): Promise<void> {
  const config = loadConfig(configSources(shell, flags))
  const isNearCity = cityBoundary(config.incidents)
  const rules: CleaningRules = {
    zone: zoneNamed(flags.zone ?? config.city.timeZone),
    ...(isNearCity === null ? {} : { isNearCity }),
  }
  const paths = files.map(file => resolve(shell.cwd, file))
  for (const path of paths) await checkIncidentFile(path, rules)
  if (isNearCity === null)
    note(shell, 'incidents.boundary is not set: rows far outside the city are not told from others.')
  await withServer(shell, flags, 'write', async ({ client, own }) => {
    const bar = progress(shell.stderr)
    const patience = patienceOf(shell.signal, reason => bar.update(null, `waiting: ${reason}`))
    const asking: Asking = { client, bar, patience }
    const sent: SentFile[] = []
    for (const path of paths) {
      bar.update(null, `reading ${path}`)
      sent.push(await sendIncidentFile(client, path, rules, patience))
    }
    const wants = flags.wait || own
    const reports = wants ? await reportsOf(asking, sent) : null
    tell(shell, flags, sent, reports)
    if (wants && reports === null) shell.exitCode = EXIT.interrupted
    else if (reports !== null && !reports.every(isWhole)) shell.exitCode = EXIT.rows
  })
}

function zoneNamed(name: string): Zone {
  try {
    return zoneOffsets(name)
  } catch (cause) {
    throw new UsageError(`--zone: "${name}" is no time zone; write an IANA name such as America/Edmonton.`, {
      cause,
    })
  }
}

/**
 * Null when the signal came first. The last file is counted first: that waits until the record is made of all of them, so that what joins
 * what is the same however fast it was made.
 */
async function reportsOf(asking: Asking, sent: readonly SentFile[]): Promise<FileReport[] | null> {
  const reports: FileReport[] = []
  for (const file of sent.toReversed()) {
    const outcome = await recordOutcome(asking, file.positions)
    if (outcome === null) return null
    reports.unshift(fileReport(file, outcome))
  }
  asking.bar.end('The record is made.')
  return reports
}

function tell(
  shell: Shell,
  { json }: ImportFlags,
  sent: readonly SentFile[],
  reports: readonly FileReport[] | null,
): void {
  const read = sent.reduce((sum, file) => sum + file.read, 0)
  if (json) {
    const known = reports === null ? { read } : sumOfReports(reports)
    const files = reports ?? sent.map(({ file, read: rows, repaired }) => ({ file, read: rows, repaired }))
    shell.stdout.write(`${JSON.stringify({ counted: reports !== null, ...known, files })}\n`)
    return
  }
  if (reports === null) {
    shell.stdout.write(`${number(read)} rows sent.\n`)
    return
  }
  const each = reports.map(report => `${printable(report.file)}: ${reportText(report)}`)
  const all = reports.length > 1 ? [`All files: ${reportText(sumOfReports(reports))}`] : []
  shell.stdout.write(`${[...each, ...all].join('\n')}\n`)
}
