import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface Hold {
  /** The most processor time that this thread took between two turns of its loop, ms. */
  readonly turnMs: number
  /** The longest delay of the loop, ms. It counts what others on the machine take too. */
  readonly delayMs: number
}

/**
 * Watches how long the main thread is held while something goes on. Processor time is what a busy machine does not change;
 * the delay is what a caller feels, and only means something beside that of an idle loop.
 */
export async function holdDuring(work: () => Promise<unknown>): Promise<Hold> {
  const delays = monitorEventLoopDelay({ resolution: 5 })
  let turnUs = 0
  let last = used()
  let watching = true
  const watch = () => {
    const now = used()
    turnUs = Math.max(turnUs, now - last)
    last = now
    if (watching) setImmediate(watch)
  }
  delays.enable()
  setImmediate(watch)
  try {
    await work()
  } finally {
    watching = false
    delays.disable()
  }
  return { turnMs: turnUs / 1000, delayMs: delays.max / 1e6 }
}

const used = () => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}
