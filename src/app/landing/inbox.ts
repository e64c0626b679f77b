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

/** What is said of files that are not taken; null where there is none. */
export function largeNotice(large: readonly string[], maxBytes: number): string | null {
  const [first] = large
  if (first === undefined) return null
  return `${large.length} file(s) of the inbox are larger than ${formatSize(maxBytes)} (${first}); raise jobs.maxFileBytes`
}
