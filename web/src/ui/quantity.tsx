import type { Quantity } from './format.ts'

/** A figure with its unit beside it, smaller. */
export function Figure({ of }: { of: Quantity }) {
  return (
    <span className="quantity">
      {of.value}
      <span className="unit"> {of.unit}</span>
    </span>
  )
}
