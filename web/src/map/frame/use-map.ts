import { useCallback, useEffect, useRef, useState } from 'react'

/** Makes the map when its element is there, and ends it with the element. `latest` gives the newest props to what the map tells. */
export function useMap<M extends { destroy(): void }, P>(
  props: P,
  make: (container: HTMLElement, latest: () => P) => M,
) {
  const held = useRef({ props, make })
  const [map, setMap] = useState<M | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    held.current = { props, make }
  })
  const hold = useCallback((container: HTMLDivElement) => {
    try {
      const made = held.current.make(container, () => held.current.props)
      setMap(made)
      return () => {
        setMap(null)
        made.destroy()
      }
    } catch {
      setFailed(true)
      return () => setFailed(false)
    }
  }, [])
  return { hold, map, failed }
}

/** Draws once the font of the map's letters is there, since they are drawn into pictures. @returns what calls it off */
export function drawWithFont(font: string, draw: () => void): () => void {
  let gone = false
  void document.fonts.load(font).finally(() => {
    if (!gone) draw()
  })
  return () => {
    gone = true
  }
}
