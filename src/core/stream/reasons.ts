import type { Field, Stream } from './stream.ts'

/** Why a line of any stream may be refused before its fields are looked at. */
const ofLines = {
  utf8: 'the line is not valid UTF-8',
  json_syntax: 'the line is not valid JSON',
  json_depth: 'the JSON is nested deeper than 64 levels',
  not_object: 'the JSON is not an object',
  line_too_long: 'the line is longer than limits.maxLineBytes; it is kept as a file of its own',
} as const

/** Every reason why a line of the stream goes to quarantine: code and the rule in words. */
export function reasonsOf(stream: Stream): Readonly<Record<string, string>> {
  const reasons: Record<string, string> = { ...ofLines }
  const growsOld = stream.once.how !== 'latest'
  for (const [name, field] of Object.entries(stream.fields)) {
    if (field.required === true) reasons[`${name}_missing`] = `${name} is missing or null`
    reasons[`${name}_type`] = `${name} is not ${kindOf(field)}`
    const bounds = boundsOf(field)
    if (bounds !== null) reasons[`${name}_range`] = `${name} ${bounds}`
    if (field.type === 'choice') reasons[`${name}_value`] = `${name} is not one of ${field.values.join(', ')}`
    if (field.type === 'instant') {
      reasons[`${name}_format`] = `${name} is not ISO 8601`
      reasons[`${name}_too_old`] =
        `${name} is before limits.oldest${growsOld && stream.once.time === name ? ', or before what retention.silver keeps' : ''}`
      reasons[`${name}_future`] =
        field.ahead === true
          ? `${name} is after the year 2100`
          : `${name} is more than ${aheadOf(stream, name)} ahead of its arrival`
    }
  }
  for (const rule of stream.rules ?? []) reasons[rule.reason] = rule.says
  Object.assign(reasons, stream.refusals)
  return reasons
}

/** Why a record is refused whose day or month retention has dropped. */
export function tooOldReason({ once }: Stream): string {
  return once.how === 'latest' ? `${once.version}_too_old` : `${once.time}_too_old`
}

function aheadOf(stream: Stream, name: string): string {
  return stream.once.how === 'latest' && stream.once.version === name ? 'a day' : 'limits.maxFutureS'
}

function kindOf(field: Field): string {
  switch (field.type) {
    case 'number':
      return field.whole === true ? 'a whole number' : 'a number'
    case 'flag':
      return 'true or false'
    case 'texts':
      return 'an array of strings'
    case 'counts':
      return 'an object of whole numbers'
    case 'json':
      return 'what it should be'
    default:
      return 'a string'
  }
}

function boundsOf(field: Field): string | null {
  const number = (value: number) => value.toLocaleString('en-US')
  switch (field.type) {
    case 'number':
      return `is not within ${number(field.min)} to ${number(field.max)}${field.unit === null ? '' : ` ${field.unit}`}`
    case 'text':
      return `has not 1 to ${number(field.maxChars)} visible characters`
    case 'texts':
      return `has more than ${number(field.maxItems)} items, or one without 1 to ${number(field.maxChars)} visible characters`
    case 'counts':
      return `has a count that is not within 0 to ${number(field.max)}`
    case 'json':
      return `is longer than ${number(field.maxChars)} characters`
    default:
      return null
  }
}
