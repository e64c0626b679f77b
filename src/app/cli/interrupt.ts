import { AppError } from '../../core/errors.ts'

/** The user pressed Ctrl-C (or the process was asked to end); what was in hand is finished. */
export class InterruptedError extends AppError {
  readonly code = 'ART_INTERRUPTED'

  constructor() {
    super('Interrupted.')
  }
}

/** npm and the start script pass a signal on that the terminal has sent already; within this time it is the same key press. */
const SAME_PRESS_MS = 500

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The parts of `process` this needs. */
export interface SignalSource {
  on(event: (typeof SIGNALS)[number], listener: () => void): unknown
}

/**
 * The first signal aborts, so that the batch in hand is finished; a second one, half a second or more later, calls `endNow`.
 */
export function watchInterrupts(
  source: SignalSource,
  endNow: () => void,
  nowMs: () => number = () => performance.now(),
): AbortSignal {
  const controller = new AbortController()
  let firstMs: number | null = null
  const onSignal = (): void => {
    if (firstMs === null) {
      firstMs = nowMs()
      controller.abort(new InterruptedError())
    } else if (nowMs() - firstMs >= SAME_PRESS_MS) endNow()
  }
  for (const name of SIGNALS) source.on(name, onSignal)
  return controller.signal
}
