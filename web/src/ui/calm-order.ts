import { useState } from 'react'

/**
 * Rows never jump under the pointer or the focus: while `held`, known rows keep their places and new ones queue behind.
 * Values in the rows go on changing; only the order waits.
 *
 * @param present rows that can still be shown, where they are more than are wanted
 */
export function calmOrder(
  before: readonly string[],
  wanted: readonly string[],
  held: boolean,
  present: Iterable<string> = wanted,
): readonly string[] {
  if (!held) return wanted
  const showable = new Set(present)
  const kept = before.filter(id => showable.has(id))
  const known = new Set(kept)
  return [...kept, ...wanted.filter(id => !known.has(id))]
}

export function useCalmOrder(
  wanted: readonly string[],
  held: boolean,
  present: Iterable<string> = wanted,
): readonly string[] {
  const [shown, setShown] = useState(wanted)
  const next = calmOrder(shown, wanted, held, present)
  if (next.length !== shown.length || next.some((id, i) => id !== shown[i])) {
    setShown(next)
    return next
  }
  return shown
}

/** True while the pointer or the focus is within the element that spreads `handlers`. */
export function useHeld(): { held: boolean; handlers: HeldHandlers } {
  const [over, setOver] = useState(false)
  const [within, setWithin] = useState(false)
  return {
    held: over || within,
    handlers: {
      onPointerEnter: () => setOver(true),
      onPointerLeave: () => setOver(false),
      onFocus: () => setWithin(true),
      onBlur: () => setWithin(false),
    },
  }
}

interface HeldHandlers {
  onPointerEnter: () => void
  onPointerLeave: () => void
  onFocus: () => void
  onBlur: () => void
}
