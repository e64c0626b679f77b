import {
  createContext,
  use,
  useCallback,
  useEffect,
  useRef,
  useSyncExternalStore,
  type ReactNode,
} from 'react'
import type { LiveStore, LiveView } from './live-store.ts'
import { agoBaseMs, finishedMs, pictureOf, type Picture } from '../state/picture.ts'

const LiveContext = createContext<LiveStore | null>(null)

interface LiveProps {
  readonly store: LiveStore
  /** False: nothing is subscribed to, and nothing live is ever known. @default true */
  readonly follows?: boolean
  readonly children: ReactNode
}

export function LiveProvider({ store, follows = true, children }: LiveProps) {
  useEffect(() => {
    if (!follows) return
    store.start()
    const retry = () => store.retryNow()
    globalThis.addEventListener('online', retry)
    return () => {
      globalThis.removeEventListener('online', retry)
      store.stop()
    }
  }, [store, follows])
  return <LiveContext value={store}>{children}</LiveContext>
}

export function useLiveStore(): LiveStore {
  const store = use(LiveContext)
  if (store === null) throw new Error('useLiveStore outside of LiveProvider')
  return store
}

export function useLive(): LiveView {
  const store = useLiveStore()
  return useSyncExternalStore(store.subscribe, store.getView)
}

/** A part of the live view; the component renders only when this part is another one. */
export function useLiveSlice<T>(select: (view: LiveView) => T): T {
  const store = useLiveStore()
  const latest = useRef<{ view: LiveView; part: T } | null>(null)
  return useSyncExternalStore(store.subscribe, () => {
    const view = store.getView()
    if (latest.current?.view !== view) latest.current = { view, part: select(view) }
    return latest.current.part
  })
}

const clockListeners = new Set<() => void>()
let clockMs = Date.now()
let clockTimer: ReturnType<typeof setInterval> | undefined

/** Ticks each second even when nothing arrives: that is how silence shows. One clock for all, so that they draw in one frame. */
export function useClockMs(): number {
  return useSyncExternalStore(subscribeClock, () => clockMs)
}

function subscribeClock(listener: () => void): () => void {
  if (clockListeners.size === 0) {
    clockMs = Date.now()
    clockTimer = setInterval(() => {
      clockMs = Date.now()
      for (const each of clockListeners) each()
    }, 1_000)
  }
  clockListeners.add(listener)
  return () => {
    clockListeners.delete(listener)
    if (clockListeners.size === 0) clearInterval(clockTimer)
  }
}

export function usePicture(): Picture {
  return pictureOf(useLive(), useClockMs())
}

/** Since when nothing new is known, ms: the newest reading's time while stale or lost, else null. */
export function useStaleSinceMs(): number | null {
  const store = useLiveStore()
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = [store.subscribe(listener), subscribeClock(listener)]
      return () => ends.forEach(end => end())
    },
    [store],
  )
  return useSyncExternalStore(subscribe, () => {
    const picture = pictureOf(store.getView(), Date.now())
    return picture.kind === 'stale' || picture.kind === 'lost' ? picture.nowMs : null
  })
}

/** The city's now in whole steps: the clock's, but of a past that is replayed its own. */
export function useCityNowMs(stepMs: number): number {
  const store = useLiveStore()
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = [store.subscribe(listener), subscribeClock(listener)]
      return () => ends.forEach(end => end())
    },
    [store],
  )
  return useSyncExternalStore(subscribe, () => {
    const clockMs = Date.now()
    return Math.floor(agoBaseMs(pictureOf(store.getView(), clockMs), clockMs) / stepMs) * stepMs
  })
}

/** End of the last finished window of `stepMs`, so that queries over "the last day" change their key once a step. */
export function useFinishedMs(stepMs: number): number | null {
  const store = useLiveStore()
  return useSyncExternalStore(store.subscribe, () => finishedMs(store.getView().state, Date.now(), stepMs))
}
