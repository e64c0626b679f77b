import { useEffect, useRef, useState } from 'react'
import { announcement } from '../../state/city-words.ts'
import type { Picture } from '../../state/picture.ts'

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
