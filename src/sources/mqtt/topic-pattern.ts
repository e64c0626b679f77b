import { FeedError } from '../../core/feed-error.ts'

/** A topic of the settings: `city/{sensor_id}/speed`, with MQTT's own wildcards beside fields, maybe shared. */
export interface TopicPattern {
  /** As it stands in the settings. */
  readonly text: string
  /** What the broker is asked for: `$share/group/` if any, and a wildcard for each field. */
  readonly filter: string
  /** Fields of the stream that a message's topic says. */
  readonly fields: readonly string[]
  readonly levels: readonly string[]
  /** What the fields are in that topic; null where it is none of these. */
  readonly match: (topic: string) => Readonly<Record<string, string>> | null
}

const SHARE = /^\$share\/([^/+#]+)\/(.+)$/s
const FIELD = /^\{([A-Za-z_]\w{0,63})\}$/

/** @throws {FeedError} saying what is wrong with the text */
export function topicPattern(text: string): TopicPattern {
  const [, group, shared] = SHARE.exec(text) ?? []
  if (text.startsWith('$share/') && group === undefined)
    throw new FeedError(`the topic "${text}" is shared by nobody; write $share/<group>/<topic>`)
  const given = (shared ?? text).split('/')
  const fields: string[] = []
  const levels = given.map((level, i) => {
    const field = FIELD.exec(level)?.[1]
    if (field !== undefined) {
      if (fields.includes(field))
        throw new FeedError(`the topic "${text}" has the field ${field} twice; name it once`)
      fields.push(field)
      return '+'
    }
    if (level.includes('{') || level.includes('}'))
      throw new FeedError(
        `the topic "${text}" has a field in "${level}"; a field is a whole level, such as {sensor_id}`,
      )
    const isWild = level === '+' || (level === '#' && i === given.length - 1)
    if (!isWild && /[+#]/.test(level))
      throw new FeedError(
        `the topic "${text}" has a wildcard in "${level}"; + is a whole level, # the last one`,
      )
    return level
  })
  const named = given.map(level => FIELD.exec(level)?.[1] ?? null)
  const filter = group === undefined ? levels.join('/') : `$share/${group}/${levels.join('/')}`
  return { text, filter, fields, levels, match: topic => matched(topic, levels, named) }
}

function matched(
  topic: string,
  levels: readonly string[],
  named: readonly (string | null)[],
): Readonly<Record<string, string>> | null {
  const parts = topic.split('/')
  // A topic of the broker itself, such as $SYS/…, is no wildcard's.
  if (topic.startsWith('$') && /^[+#]$/.test(levels[0] ?? '')) return null
  const isOpen = levels.at(-1) === '#'
  const least = isOpen ? levels.length - 1 : levels.length
  if (parts.length < least || (!isOpen && parts.length > least)) return null
  const values: Record<string, string> = {}
  for (const [i, level] of levels.slice(0, least).entries()) {
    const part = parts[i] ?? ''
    if (level !== '+' && level !== part) return null
    const name = named[i] ?? null
    if (name !== null) values[name] = part
  }
  return values
}

/** Could one message be of both? A broker may send it for each, and it would be read twice. */
export function overlap(a: TopicPattern, b: TopicPattern): boolean {
  for (let i = 0; ; i++) {
    const [left, right] = [a.levels[i], b.levels[i]]
    if (left === '#' || right === '#') return true
    if (left === undefined || right === undefined) {
      // `city/#` is `city` too.
      const rest = left === undefined ? b.levels : a.levels
      return (left === undefined && right === undefined) || (rest[i] === '#' && rest.length === i + 1)
    }
    if (left !== '+' && right !== '+' && left !== right) return false
  }
}
