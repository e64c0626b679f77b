import { spawn, type ChildProcess } from 'node:child_process'

/**
 * Collects process ids from its input and wakes all of them when the input ends, which it does however its parent ended.
 * To wake a process that is awake, or another one that got the id since, does no harm.
 */
const script = `trap '' INT TERM HUP
while read -r pid; do all="$all $pid"; done
for pid in $all; do kill -CONT "$pid"; done 2>/dev/null`

/**
 * Sees to it that readers end with their server, also with one that is killed: a reader that sleeps does not notice, and
 * would keep its memory for ever. Woken, it sees that it is alone and ends itself.
 */
export class Waker {
  readonly #shell: ChildProcess | null

  constructor() {
    // Where there is no such shell, nothing can sleep either.
    this.#shell =
      process.platform === 'win32'
        ? null
        : spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] })
    // Without it the next start ends what is left.
    this.#shell?.on('error', () => undefined)
    this.#shell?.stdin?.on('error', () => undefined)
    this.#shell?.unref()
  }

  watch(pid: number): void {
    this.#shell?.stdin?.write(`${pid}\n`)
  }

  stop(): void {
    this.#shell?.stdin?.end()
  }
}
