import type { Refusal } from '../serve/routes/readings.ts'
import type { DiskWatch } from './disk/index.ts'

export interface AdmissionOptions {
  readonly disk: Pick<DiskWatch, 'closed'>
  readonly maxBacklogRecords: number
  readonly maxBacklogBytes: number
  readonly backlog: () => { readonly records: number; readonly bytes: number }
}

/** Whether the doors take readings now: not while the lake is too far behind or the disk nearly full. */
export class Admission {
  readonly #options: AdmissionOptions

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** Null lets a request in. */
  check(): Refusal | null {
    const { disk, maxBacklogRecords, maxBacklogBytes, backlog } = this.#options
    if (disk.closed !== null) {
      return { status: 503, code: 'ART_DISK_NEARLY_FULL', detail: disk.closed, retryAfterS: 60 }
    }
    const { records, bytes } = backlog()
    if (records <= maxBacklogRecords && bytes <= maxBacklogBytes) return null
    return {
      status: 429,
      code: 'ART_BACKLOG',
      detail: `${records} records wait to be loaded, more than limits.backlogRecords (${maxBacklogRecords}) or limits.backlogBytes (${maxBacklogBytes}) allow; what was accepted is safe, send the rest later.`,
      retryAfterS: 2,
    }
  }
}
