import { lazy, type ComponentType, type LazyExoticComponent } from 'react'

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>

/** The page paints first, and hears its first readings. */
const REST_AFTER_MS = 3_000

const waiting: (() => Promise<unknown>)[] = []

/**
 * A part that nobody sees at first: its code comes when it is shown, or a while after the first paint, so that it is there at the
 * first click and when the connection is lost. Its place needs a Suspense.
 */
export function later<Props>(load: Load<Props>): LazyExoticComponent<ComponentType<Props>> {
  waiting.push(load)
  return lazy(load)
}

/** Loads what is still missing, one after the other, while the browser has nothing else to do. */
export function loadTheRest(): void {
  const next = (): void => {
    const load = waiting.shift()
    if (load === undefined) return
    // A part that does not come is asked for again when it is shown.
    void load()
      .catch(() => undefined)
      .then(() => idle(next))
  }
  setTimeout(() => idle(next), REST_AFTER_MS)
}

function idle(run: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run)
  else setTimeout(run, 50)
}
