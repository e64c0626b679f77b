import type { z } from 'zod'
import { FeedInfo } from '../../core/schema/wzdx-feed.ts'

/** What is wrong in a feed, for the person who keeps it: where, what, and the remedy. */
export interface FeedProblem {
  /** E.g. `features[2].properties.start_date`; null where it speaks of the whole. */
  readonly path: string | null
  readonly message: string
  /** Something was left out for it. */
  readonly isRefusal: boolean
}

export interface ReadFeed {
  readonly info: FeedInfo
  readonly features: readonly unknown[]
}

/** Characters of a feed: a whole state's work zones have some twenty million. */
const MAX_CHARS = 128 * 1024 * 1024
const MAX_FEATURES = 100_000

/** The frame of a feed of the exchange, or what is wrong with it as a whole. */
export function readFeed(json: string | object, tell: (problem: FeedProblem) => void): ReadFeed | null {
  const refuse = (path: string | null, message: string) => {
    tell({ path, message, isRefusal: true })
    return null
  }
  const tree = typeof json === 'string' ? parsed(json, message => refuse(null, message)) : json
  if (tree === null) return null
  if (typeof tree !== 'object' || Array.isArray(tree))
    return refuse(null, 'the feed is no JSON object; it is a GeoJSON FeatureCollection')
  const { type, features, feed_info, road_event_feed_info } = tree as Readonly<Record<string, unknown>>
  if (type !== 'FeatureCollection')
    return refuse('type', `${shown(type)} is no feed; it is "FeatureCollection"`)
  if (!Array.isArray(features))
    return refuse('features', `${shown(features)} is no list; give the features, if only []`)
  if (features.length > MAX_FEATURES)
    return refuse(
      'features',
      `there are ${features.length} features; at most ${MAX_FEATURES} are taken: split the feed`,
    )
  // The older name of it was kept by the standard.
  const name =
    feed_info === undefined && road_event_feed_info !== undefined ? 'road_event_feed_info' : 'feed_info'
  const info = FeedInfo.safeParse(name === 'feed_info' ? feed_info : road_event_feed_info)
  if (!info.success) {
    tellIssues(info.error, [name], { [name]: feed_info ?? road_event_feed_info }, tell)
    return null
  }
  if (!info.data.version.startsWith('4.')) {
    return refuse(
      `${name}.version`,
      `${shown(info.data.version)} is not taken; ask for the feed in version 4.2`,
    )
  }
  return { info: info.data, features }
}

function parsed(json: string, refuse: (message: string) => null): unknown {
  if (json.length > MAX_CHARS)
    return refuse(`the feed has ${json.length} characters; at most ${MAX_CHARS} are read: split it`)
  try {
    return JSON.parse(json.replace(/^\uFEFF/, '')) as unknown
  } catch (cause) {
    const page = json.trimStart().startsWith('<')
      ? '; it looks like a web page: take the address of the feed itself'
      : '; was it cut off?'
    return refuse(
      `the feed is no JSON (${cause instanceof Error ? cause.message.slice(0, 120) : String(cause)})${page}`,
    )
  }
}

/** Each wrong value as a sentence: its path, what stands there, and what should. */
export function tellIssues(
  error: z.ZodError,
  at: readonly PropertyKey[],
  root: unknown,
  tell: (problem: FeedProblem) => void,
): void {
  for (const issue of error.issues.slice(0, 5)) {
    const path = [...at, ...issue.path]
    const value = valueAt(root, path)
    tell({ path: pathOf(path), message: sentence(issue, value), isRefusal: true })
  }
}

function sentence(issue: z.core.$ZodIssue, value: unknown): string {
  const given = value === undefined ? null : shown(value)
  if (issue.code === 'custom')
    return `${given === null || issue.message.startsWith('has ') ? '' : `${given} `}${issue.message}`.trim()
  if (value === undefined) return `is missing; give ${wanted(issue)}`
  if (issue.code === 'invalid_value')
    return `${given ?? ''} ${isOwn(issue) ? issue.message : `is unknown; it is ${wanted(issue)}`}`
  if (issue.code === 'invalid_format' && isOwn(issue)) return `${given ?? ''} ${issue.message}`
  return `${given ?? ''} is wrong; give ${wanted(issue)}`
}

/** A message of ours, not zod's own. */
const isOwn = ({ message }: z.core.$ZodIssue) => !message.startsWith('Invalid')

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
])

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES.get(issue.expected) ?? issue.expected
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'at least one'
        : `at least ${String(issue.minimum)}`
    case 'too_big':
      return `at most ${String(issue.maximum)}`
    case 'invalid_format':
      return issue.format === 'url' ? 'an address with its scheme' : 'a time such as 2026-07-04T19:30:00Z'
    default:
      return 'what the standard says'
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key],
    root,
  )
}

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`))
    .join('')
}

export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
