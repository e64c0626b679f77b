import type { Config } from '../../core/config/index.ts'
import type { LineLog } from '../../serve/logging/log-lines.ts'

/** A system that this process runs: `app/system.ts`. */
export interface RunningSystem {
  /** Where the page is; null when only the control socket listens. */
  readonly url: string | null
  /** Where citizens read the incident record; null where the settings have no such address. */
  readonly publicUrl: string | null
  readonly biUrl: string | null
  readonly controlSocket: string
  /** The folder of this mode below the data folder; it holds `admin.secret`. */
  readonly folder: string
  /** Resolves, with the reason, when only another start can mend the lake. */
  readonly broken: Promise<string>
  stop(): Promise<void>
}

export interface SystemOptions {
  /** `serve`: page, API and simulator; `command`: nothing but the control socket, for one command. */
  readonly mode: 'serve' | 'command'
  readonly onProgress?: (line: string) => void
  /** Ends the waiting for disk space. @default never */
  readonly signal?: AbortSignal
  /** False refuses to start on a damaged lake instead of making a new one. @default true */
  readonly mayRebuild?: boolean
}

export type StartSystem = (config: Config, options: SystemOptions) => Promise<RunningSystem>

/** Where a command prints. */
export interface Terminal {
  write(text: string): unknown
  /** Resolves when what was written is on its way, so that more may be; undefined where nobody waits. */
  readonly drained?: () => Promise<void>
  readonly isTTY?: boolean
  readonly columns?: number
}

/** All that a command has of the world around it; a test passes its own. */
export interface Shell {
  readonly stdout: Terminal
  readonly stderr: Terminal
  /** All of standard input, as text. */
  readonly stdin: () => Promise<string>
  /** Standard input as it comes. */
  readonly input: () => AsyncIterable<Buffer>
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal
  readonly startSystem: StartSystem
  /** Sets the exit code of a command that ran to its end and has something to say by it. */
  exitCode: number
  /** Where a command keeps a log for programs: what ends the command is an entry of it, and not a text. */
  log?: LineLog | undefined
}
