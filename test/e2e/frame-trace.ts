/** The few fields of a Chromium trace event that we read; ts and dur in µs. */
export interface TraceEvent {
  readonly name: string
  readonly ts: number
  readonly dur?: number
  /** Time the thread really ran; a busy machine does not lengthen it. */
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
}

const SCRIPT = new Set([
  'FunctionCall',
  'FireAnimationFrame',
  'TimerFire',
  'EventDispatch',
  'EvaluateScript',
  'RunMicrotasks',
])

/** Happens once in each frame that is drawn, after its script. */
const FRAME_END = 'Layerize'

/** Script time of each frame on the page's main thread, ms: everything that ran since the frame before. Frames without script are left out. */
export function scriptPerFrame(events: readonly TraceEvent[]): number[] {
  const ours = mainThread(events).sort((a, b) => a.ts - b.ts)
  const frames: number[] = []
  let sum = 0
  let end = 0
  for (const { name, ts, dur = 0, tdur = dur } of ours) {
    if (name === FRAME_END) {
      if (sum > 0) frames.push(sum / 1_000)
      sum = 0
    }
    // Events nest; only what reaches beyond the outermost one counts anew.
    if (!SCRIPT.has(name) || ts < end) continue
    sum += tdur
    end = ts + dur
  }
  return frames
}

/** The page's main thread is the one that runs the most script; a browser keeps spare renderers. */
function mainThread(events: readonly TraceEvent[]): TraceEvent[] {
  const threads = Map.groupBy(events, ({ pid, tid }) => `${pid}/${tid}`)
  const script = (thread: readonly TraceEvent[]) => thread.filter(event => SCRIPT.has(event.name)).length
  return [...threads.values()].sort((a, b) => script(b) - script(a))[0] ?? []
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
