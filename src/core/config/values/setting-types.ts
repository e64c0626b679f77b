import { z } from 'zod'
import { isAllowEntry } from '../../outbound/address/rules.ts'
import { parseSize, parseSpanS } from './quantities.ts'
import { Secret } from './secret.ts'

/** What the reference page, the messages and the loader want to know of a setting beside its schema. */
export interface LeafMeta {
  readonly description: string
  /** In words, for people: what the value may be. */
  readonly allowed: string
  readonly unit?: string
  /** How the text of an environment variable becomes the value; default: as it is. */
  readonly text?: 'number' | 'list' | 'map'
  readonly flag?: string
  readonly secret?: true
  /** References to secrets may stand anywhere in it. */
  readonly secretsInside?: true
  /** Shown instead of the default where the default is worked out. */
  readonly fallback?: string
}

type Described = Omit<LeafMeta, 'allowed'> & { readonly allowed?: string }

export function text(fallback: string | null, allowed: string, pattern: RegExp, meta: Described) {
  return z
    .string()
    .regex(pattern)
    .nullable()
    .prefault(fallback)
    .meta({ allowed, ...meta })
}

/** Text that is never null. */
export function word(fallback: string, allowed: string, pattern: RegExp, meta: Described) {
  return z
    .string()
    .regex(pattern)
    .prefault(fallback)
    .meta({ allowed, ...meta })
}

export function decimal(fallback: number, min: number, max: number, meta: Described) {
  return z
    .number()
    .min(min)
    .max(max)
    .prefault(fallback)
    .meta({ allowed: `a number from ${min} to ${max}`, text: 'number', ...meta })
}

export function whole(fallback: number, min: number, max: number, meta: Described) {
  return z
    .number()
    .int()
    .min(min)
    .max(max)
    .prefault(fallback)
    .meta(wholeMeta(min, max, meta))
}

/** A whole number, or null for what the description says of null. */
export function wholeOrNull(min: number, max: number, meta: Described) {
  const described = wholeMeta(min, max, meta)
  return z
    .number()
    .int()
    .min(min)
    .max(max)
    .nullable()
    .prefault(null)
    .meta({ ...described, allowed: `${described.allowed}, or null` })
}

export function choice<const T extends readonly [string, ...string[]]>(
  options: T,
  fallback: T[number],
  meta: Described,
) {
  const field = z.enum(options)
  return field.prefault(fallback).meta({ allowed: options.join(' or '), ...meta })
}

/** `16MiB` or a number of bytes; becomes bytes. */
export function size(fallback: string, min: string, meta: Described) {
  return z
    .unknown()
    .transform((input, context) =>
      within(parseSize(input), parseSize(min) ?? 0, Number.MAX_SAFE_INTEGER, context),
    )
    .prefault(fallback)
    .meta({ allowed: `a size of at least ${min}, such as 16MiB or 1GiB`, unit: 'byte', ...meta })
}

/** `5m`, `30s` or a number of seconds; becomes seconds. */
export function seconds(fallback: number, min: number, max: number, meta: Described) {
  return z
    .unknown()
    .transform((input, context) => within(parseSpanS(input), min, max, context))
    .prefault(fallback)
    .meta({ allowed: `a duration from ${min} s to ${max} s, such as 30, 30s or 5m`, unit: 's', ...meta })
}

/** `24`, `24h` or `2d`; becomes hours. */
export function hours(fallback: number, min: number, max: number, meta: Described) {
  return z
    .unknown()
    .transform((input, context) => {
      const spanS = parseSpanS(input, 'h')
      return within(spanS === null ? null : spanS / 3600, min, max, context)
    })
    .prefault(fallback)
    .meta({ allowed: `a duration from ${min} h to ${max} h, such as 24 or 24h`, unit: 'h', ...meta })
}

/** `forever` becomes null, `30d` becomes 30. */
export function keep(meta: Described) {
  return z
    .unknown()
    .transform((input, context) => {
      if (input === 'forever') return null
      const days = typeof input === 'string' && /^\d+d$/.test(input) ? Number(input.slice(0, -1)) : null
      return within(days, 1, 36_500, context)
    })
    .prefault('forever')
    .meta({ allowed: 'forever, or a number of days such as 30d', unit: 'd', ...meta })
}

export function secret(meta: Described) {
  return z
    .instanceof(Secret)
    .nullable()
    .prefault(null)
    .meta({ allowed: 'a reference, ${env:NAME} or ${file:path}, or null', secret: true, ...meta })
}

function wholeMeta(min: number, max: number, meta: Described) {
  return { allowed: `a whole number from ${min} to ${max}`, text: 'number' as const, ...meta }
}

function within(value: number | null, min: number, max: number, context: z.RefinementCtx): number {
  if (value !== null && value >= min && value <= max) return value
  context.addIssue({ code: 'custom', message: 'not allowed' })
  return z.NEVER
}

/** Hosts and networks that may be called although they are private. */
export function allowList(meta: Described) {
  return z
    .array(
      z
        .string()
        .refine(isAllowEntry)
        .meta({ allowed: 'a host name, an address, or a network such as 10.20.0.0/16' }),
    )
    .prefault([])
    .meta({
      allowed: 'a list of host names, addresses and networks such as 10.20.0.0/16',
      text: 'list',
      ...meta,
    })
}
