import { FeedError } from '../../../core/feed-error.ts'
import type { FeedAbout, FeedFormat, FeedReading } from '../../../core/feed-format.ts'

/** What a reader of a standard's files says of a text. */
export interface StandardReading<L extends object> {
  readonly lines: readonly L[]
  readonly all: readonly L[]
  readonly problems: readonly {
    readonly message: string
    readonly isRefusal: boolean
    readonly line?: number | null
    readonly path?: string | null
  }[]
  readonly counts: { readonly taken: number; readonly refused: number }
}

export interface Standard<L extends object> extends Pick<
  FeedFormat,
  'name' | 'says' | 'stream' | 'rereadMs'
> {
  /** Pure. */
  readonly readText: (text: string, about: FeedAbout, previous: readonly L[]) => StandardReading<L>
}

/** A format of a standard: its answers are the whole of what there is. */
export function wholeFormat<L extends object>({ readText, ...format }: Standard<L>): FeedFormat {
  const since = (body: Buffer, about: FeedAbout, previous: readonly object[]): FeedReading => {
    // Lines that this format gave before.
    const reading = readText(textOf(body), about, previous as readonly L[])
    const { lines, all, problems, counts } = reading
    const refusal = problems.find(({ isRefusal }) => isRefusal)
    const told = refusal ?? problems[0]
    if (refusal !== undefined && counts.taken === 0)
      throw new FeedError(`nothing of the answer could be taken: ${wordsOf(refusal)}`)
    const of = `${counts.refused} of ${counts.taken + counts.refused} entries are refused`
    const notice = told === undefined ? null : `${counts.refused > 0 ? `${of}: ` : ''}${wordsOf(told)}`
    return { records: lines, all, notice }
  }
  return { ...format, since, read: (body, about) => since(body, about, []).records }
}

function wordsOf({ line = null, path = null, message }: StandardReading<object>['problems'][number]): string {
  if (line !== null) return `line ${line}: ${message}`
  return path === null ? message : `${path}: ${message}`
}

function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new FeedError('the answer is not UTF-8', { cause })
  }
}
