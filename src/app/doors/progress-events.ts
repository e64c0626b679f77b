import type { AdminEvent } from '../../serve/routes/admin.ts'

/** Says how far work is, 0–1, and what it does. */
export type Report = (share: number, message: string) => void

/** Runs work that reports as it goes, as a stream of events; ends with the result, or throws. */
export async function* progressEvents(
  work: (report: Report) => Promise<unknown>,
): AsyncGenerator<AdminEvent> {
  const waiting: AdminEvent[] = []
  let wake = () => {}
  const state = { done: false }
  const running = work((progress, message) => {
    waiting.push({ progress: Math.min(1, Math.max(0, progress)), message })
    wake()
  }).finally(() => {
    state.done = true
    wake()
  })
  running.catch(() => {})
  for (;;) {
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield event
    if (state.done) break
    await new Promise<void>(resolve => (wake = resolve))
  }
  yield { result: await running }
}
