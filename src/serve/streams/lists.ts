import { z } from 'zod'
import { columnsOf } from '../../core/stream/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { keyColumns, streamTable, versionColumn, versionsTable } from '../../lake/read/index.ts'
import type { LakeReader, ListTable } from '../../lake/read/index.ts'
import type { Route } from '../route.ts'
import { anyOf, listRoute } from '../routes/list.ts'
import { columnValue, itemSchema } from './schema.ts'

/** The records of a stream; of things the newest version of each, and on another path all versions of one. */
export function streamLists(lake: LakeReader, stream: Stream): Route[] {
  const { name, title, says, once } = stream
  const table = streamTable(stream)
  const all = listRoute(lake, {
    list: table,
    path: `/v1/${name}`,
    id: name,
    tag: title,
    summary: once.how === 'latest' ? `${title}: the newest version of each` : title,
    description: `${says.replace(/\.$/, '')}. Metric units. Ordered by ${table.key.map(({ name: key }) => key).join(', ')}; from and to speak of ${table.time ?? ''}.`,
    item: itemSchema(stream, table.columns),
    parameters: parametersOf(stream, table),
  })
  return once.how === 'latest' ? [all, versionsRoute(lake, stream)] : [all]
}

function versionsRoute(lake: LakeReader, stream: Stream): Route {
  const { name, title } = stream
  const table = versionsTable(stream)
  return listRoute(lake, {
    list: table,
    path: `${thingPath(stream)}/versions`,
    id: `${name}-versions`,
    tag: title,
    summary: 'Its versions, newest first',
    description: `Also those that a newer one replaced, and those that withdrew it. Ordered by ${versionColumn(stream) ?? 'position'}.`,
    item: itemSchema(stream, table.columns),
    order: 'desc',
    parameters: parametersOf(stream, table),
    params: keyParameters(stream),
  })
}

/** `/v1/events/{event_id}` */
export function thingPath(stream: Stream): string {
  const keys = keyColumns(stream).map(({ name }) => `{${name}}`)
  return `/v1/${stream.name}/${keys.join('/')}`
}

export function keyParameters(stream: Stream): z.ZodObject {
  const keys = keyColumns(stream).map(column => [
    column.name,
    columnValue(stream, column).meta({ description: column.says }),
  ])
  return z.strictObject(Object.fromEntries(keys) as Record<string, z.ZodType>)
}

function parametersOf(stream: Stream, { filters }: ListTable): Record<string, z.ZodType> {
  const asked = columnsOf(stream.fields).filter(({ name }) => filters.includes(name))
  return Object.fromEntries(
    asked.map(column => [column.name, anyOf(columnValue(stream, column), column.says)]),
  )
}
