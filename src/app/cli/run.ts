import { CommanderError } from 'commander'
import { AppError } from '../../core/errors.ts'
import { printableLines } from '../../core/printable.ts'
import { exitCodeOf } from './exit-codes.ts'
import { InterruptedError } from './interrupt.ts'
import { paint } from './output.ts'
import { program } from './program.ts'
import type { Shell } from './shell.ts'

/** Runs one command line and returns its exit code; the edge where every error becomes words. */
export async function run(args: readonly string[], shell: Shell): Promise<number> {
  try {
    await program(shell).parseAsync(args, { from: 'user' })
    return shell.exitCode
  } catch (caught) {
    const error = shell.signal.aborted && isAbort(caught) ? new InterruptedError() : caught
    report(error, args.includes('--json'), shell)
    return exitCodeOf(error)
  }
}

function report(error: unknown, json: boolean, shell: Shell): void {
  // Commander has said it already.
  if (error instanceof CommanderError) return
  const known = error instanceof AppError
  const code = known ? error.code : 'ART_INTERNAL'
  const message = printableLines(error instanceof Error ? error.message : String(error))
  if (json) shell.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`)
  shell.stderr.write(
    `${paint(shell.stderr, 'red', known ? message : `A mistake in Arterial: ${message}`, shell.env)}\n`,
  )
  if (!known && error instanceof Error && error.stack) shell.stderr.write(`${error.stack}\n`)
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error instanceof InterruptedError)
}
