import { UsageError } from '../../core/errors.ts'
import type { OpenTable, TablesStatus } from '../../serve/contract/index.ts'
import type { TableWork } from '../../serve/routes/tables.ts'
import type { Job } from '../jobs/index.ts'

export interface OpenTables {
  /** Undefined where nothing is published. */
  readonly status: () => TablesStatus | undefined
  readonly tables: () => Promise<readonly OpenTable[]>
  readonly work: TableWork
  /** What is done with them on a schedule. */
  readonly jobs: readonly Job[]
  /** Publishes by itself from now on, where the settings want it. */
  readonly start: () => void
  readonly stop: () => Promise<void>
}

/** Where the settings name no place. */
export function noTables(): OpenTables {
  const refuse = () => {
    throw new UsageError(
      'nothing is published: set tables.folder, or tables.kind with its bucket, in the configuration (docs/tables.md)',
    )
  }
  return {
    status: () => undefined,
    tables: () => Promise.resolve([]),
    jobs: [],
    work: { publish: refuse, verify: refuse, optimise: refuse, vacuum: refuse, rebuild: refuse },
    start: () => undefined,
    stop: () => Promise.resolve(),
  }
}
