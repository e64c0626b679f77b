import { constants } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What keeps a lake from being opened although nothing is wrong with it, and what to do about it. */
export interface Elsewhere {
  readonly what: string
  readonly remedy: string
}

export interface Suspect {
  /** The engine's own folder. */
  readonly lakeDir: string
  /** What the engine said, with its last words. */
  readonly reason: string
  /** Opens a new, empty lake beside it. @returns what kept that from opening; null when it opened */
  readonly probe: () => Promise<string | null>
}

/**
 * Says who is to blame when a lake can't be opened; null blames the lake itself. A lake is only blamed when the engine
 * names none of the causes that lie elsewhere, every file of the lake may be read and written, and a new, empty lake
 * opens on the same disk, with the same program and memory.
 */
export async function blame({ lakeDir, reason, probe }: Suspect): Promise<Elsewhere | null> {
  const named = NAMED.find(({ words }) => words.test(reason))
  if (named !== undefined) return named
  if (isPassing(reason)) return { what: 'the engine did not answer', remedy: GENERAL }
  const closed = await firstClosed(lakeDir)
  if (closed !== null) {
    return {
      what: `this user may not read and write ${closed}`,
      remedy: 'Give the folder back to the user the server runs as (chown -R), or start it as that user.',
    }
  }
  const failed = await probe()
  return failed === null
    ? null
    : { what: `a new, empty lake can't be opened either (${failed})`, remedy: GENERAL }
}

/** The engine was away or did not answer, and it was not the engine that fell: another try may do. */
export function isPassing(reason: string): boolean {
  if (/signal SIGKILL|signal SIGTERM/.test(reason)) return true
  return (
    /did not answer|the engine is (starting|restarting|stopped)/.test(reason) && !/signal SIG/.test(reason)
  )
}

const GENERAL =
  'The cause lies outside the lake: look at the memory and the disk of this machine, and at node_modules (npm ci).'

/** Causes by the words the engine, Node and the operating system have for them. */
const NAMED: readonly (Elsewhere & { readonly words: RegExp })[] = [
  {
    words: /Cannot lock file|Another server instance/i,
    what: 'another process has it open',
    remedy:
      'End the engine an earlier server may have left behind (its process stands in engine.pid), then start again.',
  },
  {
    words:
      /MEMORY_LIMIT_EXCEEDED|bad_alloc|CANNOT_ALLOCATE_MEMORY|Cannot allocate memory|ENOMEM|out of memory|failed to map segment/i,
    what: 'the memory does not suffice',
    remedy: 'Raise lake.maxMemoryBytes, or free memory on this machine, then start again.',
  },
  {
    words: /signal SIGKILL|signal SIGTERM/,
    what: 'the engine was killed while it opened it',
    remedy:
      'The system kills for want of memory (dmesg says so), and so does a start that takes over two minutes. Free memory, or move other work away, then start again.',
  },
  {
    words: /Too many open files|EMFILE|ENFILE/i,
    what: 'the process may not open so many files',
    remedy: 'Raise the limit (ulimit -n, or LimitNOFILE of the service), then start again.',
  },
  {
    words: /No space left|NOT_ENOUGH_SPACE|not enough space|ENOSPC|Disk quota|EDQUOT/i,
    what: 'the disk has no space left',
    remedy: 'Make room on it, then start again.',
  },
  {
    words: /Permission denied|Operation not permitted|EACCES|EPERM/i,
    what: 'this user lacks the rights for it',
    remedy: 'Give the folder back to the user the server runs as (chown -R), or start it as that user.',
  },
  {
    words: /Read-only file system|EROFS/i,
    what: 'its file system is read-only',
    remedy:
      'A disk with errors is often mounted read-only: see dmesg, mount it for writing, then start again.',
  },
  {
    words: /Input\/output error|\bEIO\b|Stale file handle|ESTALE/i,
    what: 'the disk fails to read or write',
    remedy: 'See dmesg; move the data folder to a disk that works, then start again.',
  },
  {
    words:
      /failed to load native binding|CHDB_ABI|ERR_DLOPEN_FAILED|Cannot find (module|package)|ERR_MODULE_NOT_FOUND/i,
    what: 'the engine is not installed as it should be',
    remedy: 'Run npm ci, then start again.',
  },
  {
    words: /UNKNOWN_CODEC|UNKNOWN_SETTING|UNKNOWN_FORMAT_VERSION|Unsupported (part|format) version/i,
    what: 'it was written by a newer engine',
    remedy: 'Start it with the program that wrote it; this one is older.',
  },
]

/** The first entry of a folder, or the folder, that this user may not read and write; null when there is none. */
async function firstClosed(path: string): Promise<string | null> {
  try {
    await access(path, constants.R_OK | constants.W_OK)
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const child = join(path, entry.name)
      // Links lead to other folders of the lake, which are met anyway.
      const closed = entry.isDirectory()
        ? await firstClosed(child)
        : entry.isFile()
          ? await access(child, constants.R_OK | constants.W_OK).then(
              () => null,
              () => child,
            )
          : null
      if (closed !== null) return closed
    }
    return null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? path : null
  }
}
