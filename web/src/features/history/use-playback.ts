import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useAddress } from '../../ui/address.ts'
import type { PlacedIncident } from './model/places.ts'
import {
  during,
  momentAfter,
  momentOf,
  spanOf,
  speedFor,
  SPEEDS,
  type Speed,
  type Span,
} from './model/playback.ts'

export interface Playback {
  /** Null where there is nothing to play. */
  readonly span: Span | null
  /** Null: all of the range is shown. */
  readonly atMs: number | null
  readonly playing: boolean
  readonly speed: Speed
  readonly shown: readonly PlacedIncident[]
  readonly setSpeed: (key: string) => void
  readonly toggle: () => void
  readonly seek: (atMs: number) => void
  /** Shows all of the range again. */
  readonly stop: () => void
}

/** Pictures in a second: the map sorts its places anew for each. */
const FRAME_MS = 100

/** Lets the range pass; where it rests stands in the address. */
export function usePlayback(incidents: readonly PlacedIncident[]): Playback {
  const { history, set } = useAddress()
  const span = useMemo(() => spanOf(incidents), [incidents])
  const [key, setSpeed] = useState<string | null>(null)
  const speed =
    SPEEDS.find(each => each.key === key) ?? speedFor(span === null ? 0 : span.endMs - span.startMs)
  const [running, setRunning] = useState<number | null>(null)
  const resting = momentOf(history.moment, span)
  const atMs = running ?? resting
  const rest = useCallback(
    (ms: number | null) => {
      setRunning(null)
      set(
        {
          moment:
            ms === null ? null : new Date(Math.round(ms / 1_000) * 1_000).toISOString().replace('.000', ''),
        },
        'quiet',
      )
    },
    [set],
  )
  usePassing(running, speed, span, setRunning, rest)
  const shown = useMemo(
    () => (atMs === null ? incidents : during(incidents, atMs, speed.trailMs)),
    [incidents, atMs, speed],
  )
  return {
    ...{ span, atMs, speed, shown, setSpeed },
    playing: running !== null,
    toggle: () => {
      if (running !== null) rest(running)
      else if (span !== null) setRunning(atMs === null || atMs >= span.endMs ? span.startMs : atMs)
    },
    seek: rest,
    stop: () => rest(null),
  }
}

function usePassing(
  running: number | null,
  speed: Speed,
  span: Span | null,
  setRunning: (atMs: number) => void,
  rest: (atMs: number | null) => void,
): void {
  const latest = useRef({ running, speed, span })
  useEffect(() => {
    latest.current = { running, speed, span }
  })
  const plays = running !== null
  useEffect(() => {
    if (!plays) return
    let before = performance.now()
    const timer = setInterval(() => {
      const now = performance.now()
      const { running: at, speed: pace, span: of } = latest.current
      if (at === null || of === null) return
      const next = momentAfter(at, now - before, pace, of)
      before = now
      if (next === null) rest(null)
      else setRunning(next)
    }, FRAME_MS)
    return () => clearInterval(timer)
  }, [plays, setRunning, rest])
}
