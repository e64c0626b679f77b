import { z } from 'zod'
import type { OpenTable } from '../../../../serve/contract/outlet/tables.ts'
import { number, paint, printable, table } from '../../output.ts'
import type { Shell } from '../../shell.ts'

/** What `tables verify` answers. */
export const Verified = z.object({
  equal: z.boolean(),
  failing: z.array(z.object({ path: z.string(), problem: z.string() })),
  tables: z.array(
    z.object({
      ...{ path: z.string(), version: z.number(), position: z.number(), files: z.number(), rows: z.number() },
      differences: z.array(z.string()),
    }),
  ),
})
export type Verified = z.infer<typeof Verified>

const MIB = 2 ** 20

export function tablesText(tables: readonly OpenTable[]): string {
  if (tables.length === 0)
    return 'Nothing is published; tables.folder or tables.kind in arterial.yaml name a place.'
  const rows = table<OpenTable>(
    [
      { title: 'table', value: one => one.path },
      { title: 'version', value: one => (one.version < 0 ? '–' : number(one.version)), align: 'right' },
      { title: 'position', value: one => number(one.position), align: 'right' },
      { title: 'rows', value: one => number(one.rows), align: 'right' },
      { title: 'files', value: one => number(one.files), align: 'right' },
      { title: 'MiB', value: one => (one.bytes / MIB).toFixed(1), align: 'right' },
    ],
    tables,
  )
  const problems = tables.flatMap(({ problem }) => (problem === null ? [] : [printable(problem)]))
  return [rows, ...(problems.length > 0 ? ['', ...problems] : [])].join('\n')
}

export function verdictsText({ equal, failing, tables }: Verified, shell: Shell): string {
  const files = tables.reduce((sum, one) => sum + one.files, 0)
  const verdict = equal ? 'equal: every table is what the lake says' : 'DIFFERENT'
  const told = [
    ...failing.map(({ problem }) => printable(problem)),
    ...tables.flatMap(({ path, differences }) => differences.map(one => `${path}: ${printable(one)}`)),
  ]
  return [
    paint(shell.stdout, equal ? 'green' : 'red', verdict, shell.env),
    ...told.map(line => `  ${line}`),
    `${number(tables.length)} tables, ${number(files)} files read`,
  ].join('\n')
}
