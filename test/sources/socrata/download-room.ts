import { createHash } from 'node:crypto'
import { Secret } from '../../../src/core/config/index.ts'
import { fetchGuarded } from '../../../src/core/outbound/index.ts'
import type { DownloadDeps, Part, Progress, SocrataDataset } from '../../../src/sources/socrata/index.ts'
import { download } from '../../../src/sources/socrata/index.ts'
import { PLACE_TYPES, Portal, rowsFrom } from './portal.ts'

type Begin = Parameters<typeof download>[2]
const NOTHING: Begin = { known: null, progress: null }

/** A portal with 2,500 rows, and what a download of them kept. */
export class DownloadRoom {
  readonly portal = new Portal()
  readonly kept = new Map<string, Buffer>()
  readonly slept: number[] = []
  progress: Progress | null = null
  readonly stop = new AbortController()

  async open(rows = 2_500): Promise<this> {
    await this.portal.start()
    this.portal.types = PLACE_TYPES
    this.portal.rows = rowsFrom(1, rows)
    return this
  }

  dataset(over: Partial<SocrataDataset> = {}): SocrataDataset {
    return {
      origin: this.portal.origin,
      id: 'abcd-1234',
      format: 'json',
      appToken: null,
      pageRows: 1_000,
      maxBytes: 10_000_000,
      timeoutS: 10,
      ...over,
    }
  }

  deps(over: Partial<DownloadDeps> = {}): DownloadDeps {
    return {
      fetch: (address, options) => fetchGuarded(address, { ...options, allow: ['127.0.0.1'] }),
      sleep: async ms => {
        this.slept.push(ms)
      },
      random: () => 0.5,
      now: () => Date.parse('2026-11-27T15:00:00Z'),
      signal: this.stop.signal,
      land: async (_, { body }) => {
        const sha256 = createHash('sha256').update(body).digest('hex')
        this.kept.set(sha256, body)
        return { sha256, bytes: body.length }
      },
      landed: async ({ sha256 }) => this.kept.get(sha256) ?? Buffer.alloc(0),
      onProgress: async progress => {
        this.progress = progress
      },
      ...over,
    }
  }

  download(
    dataset: Partial<SocrataDataset> = {},
    { since = null, ...begin }: Partial<Begin> & { since?: string | null } = {},
    deps: Partial<DownloadDeps> = {},
  ) {
    return download(this.dataset(dataset), { since }, { ...NOTHING, ...begin }, this.deps(deps))
  }

  /** The `:id` of every row of these pages, as they were kept. */
  ids(parts: readonly Part[]): string[] {
    return parts.flatMap(({ sha256 }) =>
      [...(this.kept.get(sha256)?.toString() ?? '').matchAll(/row-\d{5}(?=")/g)]
        .map(([id]) => id)
        .filter((id, i, all) => all.indexOf(id) === i),
    )
  }
}

export const secret = (text: string) => new Secret(text)
