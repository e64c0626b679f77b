import type { Field, FieldPlan } from '../fields.ts'
import { stampReader } from '../../../core/time/index.ts'
import type { TimeKind } from '../../../core/time/index.ts'

/** A row as a wire record, without a line end. */
export interface WireLine {
  readonly text: string
  /** Its time, for order and pace; NaN when the row has none. */
  readonly atMs: number
}

/** A row rendered by a plan. */
export interface RenderedLine extends WireLine {
  /** Whether the row had any of the columns that the plan names: where it had none, the row itself says more. */
  readonly found: boolean
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i
/** Text that JSON takes as it stands. */
const PLAIN = /^[\w .:+/-]*$/
/** A converted unit keeps this many decimals; values in the wire's own unit stay as they are. */
const CONVERTED_SCALE = 1e6

/**
 * Renders rows by a plan. Values come in the order of its fields. An empty cell, null or NaN leaves the field out; what
 * is no number where one belongs is passed on as text, so that the lake refuses that one row and says why.
 */
export function lineRenderer(
  plan: FieldPlan,
  timeKind: TimeKind,
): (values: readonly unknown[]) => RenderedLine {
  const readStamp = stampReader(plan.timeFormat, plan.timeZone, timeKind)
  const { fields } = plan

  return values => {
    let atMs = NaN
    let text = ''
    let found = false
    let parent: string | null = null
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as Field
      const value = field.constant ?? values[i]
      if (isMissing(field, value)) continue
      if (field.constant === null) found = true
      let rendered: string
      if (field.kind === 'time') {
        const stamp = readStamp(value)
        atMs = stamp.ms
        rendered = quoted(stamp.text)
      } else {
        rendered = field.kind === 'number' ? numeric(value, field.factor) : quoted(asText(value))
      }
      if (field.parent !== parent) {
        if (parent !== null) text += '}'
        if (field.parent !== null) text += `${text === '' ? '' : ','}${quoted(field.parent)}:{`
        parent = field.parent
      }
      text += `${text === '' || text.endsWith('{') ? '' : ','}${quoted(field.key)}:${rendered}`
    }
    return { text: `{${text}${parent === null ? '' : '}'}}`, atMs, found }
  }
}

function isMissing(field: Field, value: unknown): boolean {
  if (
    value === null ||
    value === undefined ||
    value === '' ||
    (typeof value === 'number' && Number.isNaN(value))
  ) {
    return true
  }
  if (typeof value === 'string' && value.trim() === '') return true
  if (field.missing.size === 0) return false
  const text = asText(value).trim()
  return field.missing.has(text) || (NUMBER.test(text) && field.missing.has(String(Number(text))))
}

function numeric(value: unknown, factor: number): string {
  let number: number
  if (typeof value === 'number') number = value
  else if (typeof value === 'bigint') number = Number(value)
  else if (typeof value === 'string' && NUMBER.test(value.trim())) number = Number(value)
  else return quoted(asText(value))
  if (!Number.isFinite(number)) return quoted(asText(value))
  return String(factor === 1 ? number : Math.round(number * factor * CONVERTED_SCALE) / CONVERTED_SCALE)
}

/** Ids may come as numbers; whatever else comes is shown as JSON. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : JSON.stringify(value)
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}
