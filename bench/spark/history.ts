import { join } from 'node:path'
import { SparkRun } from '../../test/spark-parity/spark-job.ts'
import { round, table, thousands } from '../figures.ts'

interface Batch {
  readonly batch: number
  readonly kind: string
  /** Which of the jobs, from 1. */
  readonly job: number
  /** Of Java, s. */
  readonly cpu: number
  readonly wall: number
}

interface Table {
  readonly table: string
  readonly job: number
  readonly rows: number
  /** Equal where the rows are. */
  readonly sum: string
}

/**
 * What a batch of each job takes of processor where the lake has a day already.
 *
 * @param jobs folders with an arterial_stream.py, by commas @param streams what `arterial spark export` wrote
 * @param kinds a sign for each batch: "l" has readings twelve hours late @param rows of a batch, a multiple of 10,000
 */
export async function history(
  jobs: string,
  streams: string,
  kinds: string,
  rows: number,
  folder: string,
): Promise<string> {
  const args = [jobs, streams, join(folder, 'history'), String(rows), kinds]
  const script = join(import.meta.dirname, 'history.py')
  const { code, stdout, stderr } = await new SparkRun(script, args, folder).ended
  if (code !== 0) throw new Error(stderr)
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Batch | Table)
  const batches = lines.filter(line => 'batch' in line)
  const tables = lines.filter(line => 'table' in line)
  return [
    table([
      ['batch', 'kind', 'job', 'CPU s', 'wall s'],
      ...batches.map(({ batch, kind, job, cpu, wall }) => [
        ...[String(batch), kind, String(job), String(round(cpu, 2)), String(round(wall, 2))],
      ]),
    ]),
    table([
      ['job', 'table', 'rows', 'sum'],
      ...tables.map(one => [String(one.job), one.table, thousands(one.rows), one.sum]),
    ]),
  ].join('\n\n')
}
