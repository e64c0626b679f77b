import './analysis.css'
import type { ReactNode } from 'react'

/** Says what is being worked on. */
export function Computing({ children }: { children: ReactNode }) {
  return (
    <p className="history-computing" role="status">
      <span className="history-spinner" aria-hidden="true" />
      {children} This takes some seconds the first time.
    </p>
  )
}
