import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { columnsOf } from '../../src/core/stream/index.ts'
import type { Field, Stream, StreamGold } from '../../src/core/stream/index.ts'
import { numberedSqlFiles, viewFiles } from '../../src/lake/sql-file.ts'
import { gatheredColumns } from '../../src/lake/streams/tables.ts'

/** What every list can be asked by. */
const PARAMETERS = ['from', 'to', 'limit', 'offset', 'cursor', 'order', 'format', 'source']

/** What is wrong with a declaration that its types can't say, for the person who wrote it. */
export function faultsOf(stream: Stream, folder = stream.name): string[] {
  return [
    ...(stream.name === folder ? [] : [`name: "${stream.name}" stands in the folder ${folder}`]),
    ...onceFaults(stream),
    ...columnFaults(stream),
    ...Object.entries(stream.fields).flatMap(([name, field]) =>
      fieldFaults(field).map(fault => `${name}: ${fault}`),
    ),
    ...ruleFaults(stream),
    ...(stream.gold ?? []).flatMap(gold => goldFaults(stream, gold)),
  ]
}

function onceFaults({ once, fields }: Stream): string[] {
  const time = once.how === 'latest' ? once.version : once.time
  const isByArrival = once.how === 'latest' && time === 'position'
  const needed = isByArrival ? once.key : [...once.key, time]
  const faults = needed.flatMap(name => {
    const field = fields[name]
    if (field === undefined) return [`once: there is no field ${name}; it names fields as the wire does`]
    return field.required === true ? [] : [`once: ${name} has to be required: true`]
  })
  if (!isByArrival && fields[time] !== undefined && fields[time].type !== 'instant')
    faults.push(`once: ${time} has to be an instant`)
  if (once.how === 'latest' && once.ties !== undefined)
    faults.push(...tieFaults(once.ties, isByArrival, fields))
  if (once.how !== 'every' && once.key.length === 0) faults.push('once: key names no field')
  if (once.how === 'latest') faults.push(...thingFaults(once, fields))
  return faults
}

/** A thing has an address that its key makes. */
function thingFaults({ key, version }: Extract<Stream['once'], { how: 'latest' }>, fields: Stream['fields']) {
  const faults = key.flatMap(name => {
    const type = fields[name]?.type
    return type === undefined || ['text', 'choice', 'instant'].includes(type)
      ? []
      : [`once: ${name} is ${type}, but the key of latest is text, choice or instant: send a number as text`]
  })
  if (key.includes(version))
    faults.push(`once: ${version} is of the key and the version: no record would ever replace another`)
  if (fields['withdrawn']?.type !== 'flag')
    faults.push('once: what is of latest needs a field withdrawn, a flag')
  return faults
}

/** A tie is told by one column. */
function tieFaults(ties: readonly string[], isByArrival: boolean, fields: Stream['fields']): string[] {
  if (isByArrival) return ['once: ties are of versions that have an instant; by position there are none']
  return ties.flatMap(name => {
    const type = fields[name]?.type
    if (type === undefined) return [`once: there is no field ${name}; it names fields as the wire does`]
    return type === 'counts' || type === 'texts' ? [`once: ${name} is ${type}, which tells no tie`] : []
  })
}

function columnFaults({ fields, once: { key } }: Stream): string[] {
  const columns = columnsOf(fields)
  const taken = new Set<string>(['position', ...gatheredColumns])
  return columns.flatMap(({ name, field, filter }) => {
    const faults: string[] = []
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      faults.push(`${field}: "${name}" is no column's name (a–z, 0–9 and _): give it one by column`)
    if (!/^[\w .:/-]+$/.test(field)) faults.push(`${field}: is no field's name`)
    if (taken.has(name))
      faults.push(`${field}: silver has a column ${name} already: give it another by column`)
    if ((filter || key.includes(field)) && PARAMETERS.includes(name))
      faults.push(`${field}: every list has a parameter ${name}: no filter and no key, or another column`)
    taken.add(name)
    return faults
  })
}

function fieldFaults(field: Field): string[] {
  if (field.type !== 'number') return []
  const { min, max, whole, decimals, metric } = field
  const faults: string[] = []
  if (!(min <= max)) faults.push(`min ${min} is above max ${max}`)
  if (whole === true && metric === undefined && decimals !== 0) faults.push('what is whole has decimals: 0')
  if (decimals !== null && !(Number.isInteger(decimals) && decimals >= 0 && decimals <= 9))
    faults.push('decimals are 0 to 9, or null for a double')
  return faults
}

function ruleFaults({ rules = [] }: Stream): string[] {
  return rules.flatMap(({ reason }) =>
    /^[a-z][a-z0-9_]*$/.test(reason) ? [] : [`rules: the reason "${reason}" is not like ends_before_start`],
  )
}

function goldFaults({ once, silver, sql }: Stream, { name, add }: StreamGold): string[] {
  if (once.how === 'latest')
    return [
      `gold ${name}: sums are for first and every; of latest, gold is a view of silver and stands in sql/ alone`,
    ]
  if (!existsSync(add)) return [`gold ${name}: there is no file ${fileURLToPath(add)}`]
  const adds = readFileSync(add, 'utf8')
  const has = (files: readonly string[], text: string) =>
    files.some(file => readFileSync(new URL(file, sql), 'utf8').includes(text))
  const cut = `PARTITION BY ${silver.partition === 'day' ? 'toDate' : 'toYYYYMM'}(window_start)`
  const table = `CREATE TABLE IF NOT EXISTS gold.${name}_state\n`
  const wanted: [boolean, string][] = [
    [adds.includes(`INSERT INTO gold.${name}_state\n`), `add inserts nothing into gold.${name}_state`],
    [adds.includes('@rows'), 'add has no WHERE @rows'],
    [has(numberedSqlFiles(sql), table), `no numbered file makes gold.${name}_state`],
    [has(numberedSqlFiles(sql), cut), `its table is not cut as silver is: ${cut}`],
    [has(viewFiles(sql), `CREATE OR REPLACE VIEW gold.${name} `), `no view_ file makes gold.${name}`],
  ]
  return wanted.flatMap(([holds, fault]) => (holds ? [] : [`gold ${name}: ${fault}`]))
}
