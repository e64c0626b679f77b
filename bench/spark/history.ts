import { join } from 'node:path'
import { SparkRun } from '../../test/spark-parity/spark-job.ts'
import { round, table } from '../figures.ts'

interface Batch {
  readonly batch: number
  readonly kind: string
  /** Of Java, s. */
  readonly cpu: number
  readonly wall: number
}

interface Table {
  readonly table: string
  readonly files: number
  /** Equal where the rows are. */
  readonly sum: string
}

/**
 * What a batch of a job takes of processor as the lake grows.
 *
 * @param job folder of arterial_stream.py @param streams what `arterial spark export` wrote
 * @param kinds a sign for each batch: "l" has readings ten hours late @param rows of a batch
 */
export async function history(
  job: string,
  streams: string,
  kinds: string,
  rows: number,
  folder: string,
): Promise<string> {
  const args = [job, streams, join(folder, 'history'), String(rows), kinds]
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
      ['batch', 'kind', 'CPU s', 'wall s'],
      ...batches.map(({ batch, kind, cpu, wall }) => [
        String(batch),
        kind,
        String(round(cpu, 2)),
        String(round(wall, 2)),
      ]),
    ]),
    table([['table', 'files', 'sum'], ...tables.map(one => [one.table, String(one.files), one.sum])]),
  ].join('\n\n')
}
