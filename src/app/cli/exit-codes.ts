import { CommanderError } from 'commander'
import { AppError, ConfigError, UsageError } from '../../core/errors.ts'
import { FeedError } from '../../sources/files/index.ts'
import { InterruptedError } from './interrupt.ts'
import { RefusedError } from './client/index.ts'

/** What the program's exit code tells a script. */
export const EXIT = {
  ok: 0,
  difference: 1,
  usage: 2,
  unavailable: 3,
  refused: 4,
  rows: 5,
  cut: 6,
  lost: 7,
  bug: 70,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'Done; `start`: ended by Ctrl-C or SIGTERM with everything on disk',
  1: 'A check found a difference: `verify` is not equal, or a benchmark missed its goal',
  2: 'The command line, a file it names or the configuration is wrong; the message says what and how to mend it',
  3: 'No server could be reached or started: wrong address, port or data folder in use, page not built, engine away',
  4: 'The server refused or failed the request; the message carries its problem code',
  5: 'All was sent and loaded, but not every row is as it was meant: some are in quarantine or in conflict, the count says how many',
  6: 'The output was cut by a limit: there is more than was printed',
  7: '`verify` is equal but for records that were lost and that nobody has acknowledged yet: `losses list`',
  70: 'A mistake in Arterial itself; please report the lines printed',
  130: 'Interrupted by Ctrl-C; the batch in hand was finished',
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof InterruptedError) return EXIT.interrupted
  if (error instanceof RefusedError) return EXIT.refused
  if (MISTAKES.some(kind => error instanceof kind)) return EXIT.usage
  // What else is foreseen keeps a system from being reached or started.
  return error instanceof AppError ? EXIT.unavailable : EXIT.bug
}

const MISTAKES = [ConfigError, UsageError, FeedError] as const
