import { CommanderError } from 'commander'
import { AppError } from '../../core/errors.ts'
import { printableLines } from '../../core/text/printable.ts'
import { RefusedError, UnreachableError } from './client/index.ts'
import { exitCodeOf } from './exit-codes.ts'
import { InterruptedError } from './interrupt.ts'
import { forTerminal, paint } from './output.ts'
import { program } from './program.ts'
import type { Shell, Terminal } from './shell.ts'

/** Runs one command line and returns its exit code; the edge where every error becomes words. */
export async function run(args: readonly string[], given: Shell): Promise<number> {
  const shell = new WatchedShell(given)
  try {
    await program(shell).parseAsync(args, { from: 'user' })
    return shell.exitCode
  } catch (caught) {
    const error = shell.signal.aborted && isAbort(caught) ? new InterruptedError() : caught
    // A document that was begun is the only one.
    report(error, args.includes('--json') && !shell.hasPrinted, shell)
    return exitCodeOf(error)
  }
}

function report(error: unknown, json: boolean, shell: Shell): void {
  if (error instanceof CommanderError) {
    // Commander has said it already, but not to programs.
    const wrong = { code: 'ART_USAGE', message: error.message.replace(/^error: /, '') }
    if (json && error.exitCode !== 0) shell.stdout.write(`${JSON.stringify({ error: wrong })}\n`)
    return
  }
  const known = error instanceof AppError
  const message = printableLines(error instanceof Error ? error.message : String(error))
  if (json) shell.stdout.write(`${JSON.stringify({ error: { ...codeOf(error), message } })}\n`)
  if (shell.log !== undefined) {
    const stack = known || !(error instanceof Error) ? {} : { err: { message, stack: error.stack } }
    shell.log.say('error', message, { ...codeOf(error), ...stack })
    return
  }
  shell.stderr.write(
    `${paint(shell.stderr, 'red', known ? message : `A mistake in Arterial: ${message}`, shell.env)}\n`,
  )
  if (!known && error instanceof Error && error.stack) shell.stderr.write(`${printableLines(error.stack)}\n`)
}

/** What a program goes by: a refusal carries the server's own code, and what else its problem says in numbers. */
function codeOf(error: unknown): { code: string; status?: number; engineCode?: unknown } {
  if (error instanceof RefusedError && error.problem.code !== 'none') {
    const { code, status, engineCode } = error.problem
    return { code, status, ...(engineCode === undefined ? {} : { engineCode }) }
  }
  return { code: error instanceof AppError ? error.code : 'ART_INTERNAL' }
}

/** A shell that remembers whether anything was printed. */
class WatchedShell implements Shell {
  readonly #shell: Shell
  readonly stdout: Terminal
  hasPrinted = false

  constructor(shell: Shell) {
    this.#shell = shell
    const { stdout } = shell
    this.stdout = {
      ...(stdout.isTTY === undefined ? {} : { isTTY: stdout.isTTY }),
      ...(stdout.columns === undefined ? {} : { columns: stdout.columns }),
      ...(stdout.drained === undefined ? {} : { drained: stdout.drained }),
      write: text => {
        this.hasPrinted = true
        return stdout.write(stdout.isTTY === true ? forTerminal(text) : text)
      },
    }
  }

  get stderr(): Terminal {
    return this.#shell.stderr
  }

  get cwd(): string {
    return this.#shell.cwd
  }

  get env(): NodeJS.ProcessEnv {
    return this.#shell.env
  }

  get signal(): AbortSignal {
    return this.#shell.signal
  }

  get stdin(): Shell['stdin'] {
    return this.#shell.stdin
  }

  get input(): Shell['input'] {
    return this.#shell.input
  }

  get startSystem(): Shell['startSystem'] {
    return this.#shell.startSystem
  }

  get exitCode(): number {
    return this.#shell.exitCode
  }

  set exitCode(code: number) {
    this.#shell.exitCode = code
  }

  log?: Shell['log']
}

/** What is left of a request that Ctrl-C ended. */
function isAbort(error: unknown): boolean {
  return (
    error instanceof UnreachableError ||
    (error instanceof Error && (error.name === 'AbortError' || error instanceof InterruptedError))
  )
}
