import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { environment } from '../../core/config/index.ts'
import { EXIT } from './exit-codes.ts'
import { watchInterrupts } from './interrupt.ts'
import { run } from './run.ts'

// The bytes of readings on their way are buffers outside V8's heap; counted against it as they come and go, they cost a third
// of the processor in collections that free nothing.
setFlagsFromString('--external-memory-accounted-in-global-limit')

/** What still keeps the process alive after a command is done is ended after this time. */
const GRACE_MS = 3000

const args = process.argv.slice(2)
let hasPrinted = false
const signal = watchInterrupts(process, () => {
  // Whoever asked for JSON gets a document even now.
  const error = { code: 'ART_INTERRUPTED', message: 'Interrupted.' }
  if (args.includes('--json') && !hasPrinted) writeSync(1, `${JSON.stringify({ error })}\n`)
  process.exit(EXIT.interrupted)
})
// `arterial … | head` closes the pipe: nobody reads on, so there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.bug),
)

process.exitCode = await run(args, {
  stdout: {
    isTTY: process.stdout.isTTY,
    columns: process.stdout.columns,
    write: text => {
      hasPrinted = true
      return process.stdout.write(text)
    },
    drained: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    },
  },
  stderr: process.stderr,
  stdin: () => text(process.stdin),
  input: () => process.stdin as AsyncIterable<Buffer>,
  cwd: process.cwd(),
  env: environment(),
  signal,
  exitCode: EXIT.ok,
  startSystem: async (config, options) => (await import('../system.ts')).startSystem(config, options),
})
setTimeout(() => process.exit(), GRACE_MS).unref()
