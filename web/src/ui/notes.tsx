import type { ReactNode } from 'react'
import { visible } from './visible.ts'

/** Nothing is here, and what to do about it. */
export function EmptyNote({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="note">
      <strong>{title}</strong>
      {children !== undefined && children !== '' && <span>{children}</span>}
    </div>
  )
}

/** What happened, and a button that tries again. */
export function ErrorNote({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <div className="note" data-kind="error" role="alert">
      <span>{visible(error.message)}</span>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}

export function Skeleton({ height, label }: { height: string; label: string }) {
  return (
    <div className="skeleton" style={{ height }} role="status">
      <span className="visually-hidden">{label}</span>
    </div>
  )
}
