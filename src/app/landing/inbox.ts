import { formatSize } from '../../core/config/index.ts'

/** A file that somebody put into a dataset's inbox. */
export interface InboxFile {
  readonly name: string
  readonly bytes: number
  /** A file that was changed has another one. */
  readonly mark: string
}

export interface InboxLook {
  /** Whole, as far as can be told, and not taken yet. */
  readonly ready: readonly InboxFile[]
  /** What is not taken, in words; null where there is none. */
  readonly notice: string | null
}

/** Where people and programs put files of a dataset. Files stay there as they are; each is taken once, unless it changes. */
export interface Inbox {
  /** Makes it, where that is needed before something can be put there. */
  make(): Promise<void>
  /** @param taken marks of what was taken already, by name */
  look(taken: Readonly<Record<string, string>>): Promise<InboxLook>
  /** Null when it was changed meanwhile: the next look finds it. */
  read(file: InboxFile): Promise<Buffer | null>
}

/** How programs name what they are still writing. */
const UNFINISHED = /^\.|~$|\.(part|partial|tmp|new|crdownload|filepart|swp)$/i

export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name)
}

/** So many are named. */
const NAMED = 5

/** What is said of files that are not taken; null where there is none. */
export function leftNotice(
  {
    large,
    empty,
  }: { readonly large: readonly Pick<InboxFile, 'name' | 'bytes'>[]; readonly empty: readonly string[] },
  maxBytes: number,
): string | null {
  const named = (names: readonly string[]) =>
    [...names.slice(0, NAMED), ...(names.length > NAMED ? [`${names.length - NAMED} more`] : [])].join(', ')
  const said = [
    ...(large.length === 0
      ? []
      : [
          `${named(large.map(({ name, bytes }) => `${JSON.stringify(name)} (${formatSize(bytes)})`))}: larger than jobs.maxFileBytes, ${formatSize(maxBytes)}; raise it, or put smaller files there`,
        ]),
    ...(empty.length === 0
      ? []
      : [
          `${named(empty.map(name => JSON.stringify(name)))}: empty; put the whole file there, or take it away`,
        ]),
  ]
  return said.length === 0 ? null : `Files of its inbox are not taken. ${said.join('. ')}.`
}
