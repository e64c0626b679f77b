import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks of /proc, and bytes of a page, as on every Linux of today. */
const TICK_MS = 10
const PAGE_BYTES = 4096
const SAMPLE_MS = 100

/** CPU time by process and by kind of thread, ms. */
export type CpuMs = Readonly<Record<string, number>>

/** A process and everything it has started. */
export class ProcessTree {
  readonly #root: number
  #peakBytes = 0
  #timer: NodeJS.Timeout | null = null

  constructor(root: number) {
    this.#root = root
  }

  /** Samples memory until `stop`. */
  watch(): this {
    this.#timer = setInterval(() => (this.#peakBytes = Math.max(this.#peakBytes, this.rssBytes())), SAMPLE_MS)
    this.#timer.unref()
    return this
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  /** Highest sum of resident memory seen since `watch`. */
  get peakBytes(): number {
    return this.#peakBytes
  }

  rssBytes(): number {
    return this.#pids().reduce((sum, pid) => sum + rssOf(pid), 0)
  }

  /** CPU time until now: the server's threads apart, the engine (any process below it) as one. */
  cpu(): CpuMs {
    const cpu: Record<string, number> = {}
    for (const pid of this.#pids()) {
      if (pid !== this.#root) cpu['engine'] = (cpu['engine'] ?? 0) + ticksOf(`/proc/${pid}/stat`) * TICK_MS
      else for (const [name, ms] of threadsOf(pid)) cpu[name] = (cpu[name] ?? 0) + ms
    }
    return cpu
  }

  #pids(): number[] {
    const parents = new Map<number, number>()
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      const fields = statOf(`/proc/${name}/stat`)
      if (fields !== null) parents.set(Number(name), Number(fields[1]))
    }
    const found = [this.#root]
    for (const pid of found)
      for (const [child, parent] of parents) if (parent === pid && !found.includes(child)) found.push(child)
    return found.filter(pid => parents.has(pid))
  }
}

/** What was spent between two readings. */
export function cpuBetween(before: CpuMs, after: CpuMs): CpuMs {
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]))
}

export function cpuTotalMs(cpu: CpuMs): number {
  return Object.values(cpu).reduce((sum, ms) => sum + ms, 0)
}

function* threadsOf(pid: number): Generator<[string, number]> {
  let tids: string[] = []
  try {
    tids = readdirSync(`/proc/${pid}/task`)
  } catch {
    // It has just ended.
  }
  for (const tid of tids) {
    const path = `/proc/${pid}/task/${tid}/stat`
    const name = Number(tid) === pid ? 'main thread' : kindOf(commOf(path))
    yield [name, ticksOf(path) * TICK_MS]
  }
}

function kindOf(comm: string): string {
  if (/libuv-worker/.test(comm)) return 'thread pool'
  if (/V8|Worker$|Delayed/.test(comm) && !/WorkerThread/.test(comm)) return 'garbage collection, JIT'
  return 'worker threads'
}

function commOf(path: string): string {
  return /\((.*)\)/.exec(read(path))?.[1] ?? ''
}

/** Fields from the state (the third of proc(5)) on; null when the process is gone. */
function statOf(path: string): string[] | null {
  const text = read(path)
  return text === '' ? null : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function ticksOf(path: string): number {
  const fields = statOf(path)
  return fields === null ? 0 : Number(fields[11]) + Number(fields[12])
}

function rssOf(pid: number): number {
  return Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * PAGE_BYTES
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
