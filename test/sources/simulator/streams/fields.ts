import type { Field, Stream } from '../../../../src/core/stream/index.ts'

/** What is wrong with a wire record by its stream's declaration; empty when nothing is. */
export function faultsOf(stream: Stream, record: Readonly<Record<string, unknown>>): string[] {
  const unknown = Object.keys(record).filter(name => !(name in stream.fields))
  const faults = Object.entries(stream.fields).flatMap(([name, field]) => {
    const value = record[name]
    if (value === undefined || value === null) return field.required === true ? [`${name} is missing`] : []
    return isOk(field, value) ? [] : [`${name} is ${JSON.stringify(value)}`]
  })
  return [...unknown.map(name => `${name} is not declared`), ...faults]
}

function isOk(field: Field, value: unknown): boolean {
  switch (field.type) {
    case 'number':
      return (
        typeof value === 'number' &&
        value >= field.min &&
        value <= field.max &&
        (field.whole !== true || Number.isInteger(value))
      )
    case 'text':
      return typeof value === 'string' && value.length > 0 && value.length <= field.maxChars
    case 'choice':
      return typeof value === 'string' && field.values.includes(value)
    case 'flag':
      return typeof value === 'boolean'
    case 'instant':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value)
    case 'texts':
      return (
        Array.isArray(value) &&
        value.length <= field.maxItems &&
        value.every(one => typeof one === 'string' && one.length > 0 && one.length <= field.maxChars)
      )
    case 'counts':
      return Object.entries(value as Record<string, number>).every(
        ([name, count]) =>
          field.names.includes(name) && Number.isInteger(count) && count >= 0 && count <= field.max,
      )
    case 'json':
      return JSON.stringify(value).length <= field.maxChars && (field.fails?.(value) ?? null) === null
  }
}
