import { useEffect, useRef, useState } from 'react'
import type { Picture } from '../../api/picture.ts'
import { announcement } from './view-model.ts'

/** Says changes of the connection once, politely. */
export function Announcer({ kind }: { kind: Picture['kind'] }) {
  const before = useRef(kind)
  const [text, setText] = useState('')
  useEffect(() => {
    const next = announcement(before.current, kind)
    before.current = kind
    if (next !== null) setText(next)
  }, [kind])
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  )
}
