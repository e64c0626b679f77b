import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLiveStore } from '../api/live-context.tsx'

/** A stream that never rests is asked for no more often than this. */
const CALM_MS = 5_000

/** Asks for lists anew when rows of their stream have come. Draws nothing. */
export function StreamNews() {
  const store = useLiveStore()
  const client = useQueryClient()
  useEffect(() => {
    const waiting = new Map<string, ReturnType<typeof setTimeout>>()
    const ask = (topic: string) => {
      waiting.delete(topic)
      void client.invalidateQueries({
        predicate: ({ queryKey: [kind, path, ...also] }) =>
          kind === 'rows' &&
          (also.includes(topic) || (typeof path === 'string' && /^\/v1\/([^/?]+)/.exec(path)?.[1] === topic)),
      })
    }
    const leave = store.onNews(topic => {
      if (!waiting.has(topic))
        waiting.set(
          topic,
          setTimeout(() => ask(topic), CALM_MS),
        )
    })
    return () => {
      leave()
      for (const timer of waiting.values()) clearTimeout(timer)
    }
  }, [store, client])
  return null
}
