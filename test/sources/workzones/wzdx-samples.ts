import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'
import addFormats from 'ajv-formats'

/** The specification's examples and schemas, beside the checkout. */
const FOLDER = join(import.meta.dirname, '../../../../shared/data/standards/wzdx')
const SCHEMAS = 'https://raw.githubusercontent.com/usdot-jpo-ode/wzdx/main/schemas/4.2'

export const isHere = existsSync(FOLDER)
if (!isHere) process.stderr.write(`The examples of WZDx are skipped: there is no ${FOLDER}.\n`)

/** Texts of the examples of one kind of feed, by name. */
export function examples(kind: 'WorkZoneFeed' | 'DeviceFeed'): readonly (readonly [string, string])[] {
  if (!isHere) return []
  const folder = join(FOLDER, 'examples', kind)
  return readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')])
}

const point = { type: 'array', minItems: 2, items: { type: 'number' } }
const geometry = (type: string, coordinates: object) => ({
  $id: `https://geojson.org/schema/${type}.json`,
  type: 'object',
  required: ['type', 'coordinates'],
  properties: { type: { enum: [type] }, coordinates },
})

/** What the specification's own schema finds wrong with a feed; empty where nothing is. */
export function schemaFaults(kind: 'WorkZoneFeed' | 'DeviceFeed', feed: unknown): string[] {
  const ajv = new Ajv.default({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(geometry('Point', point))
  ajv.addSchema(geometry('MultiPoint', { type: 'array', items: point }))
  ajv.addSchema(geometry('LineString', { type: 'array', minItems: 2, items: point }))
  const folder = join(FOLDER, 'schemas/4.2')
  for (const name of readdirSync(folder))
    ajv.addSchema(JSON.parse(readFileSync(join(folder, name), 'utf8')) as object)
  const validate = ajv.getSchema(`${SCHEMAS}/${kind}.json`)
  if (validate === undefined) throw new Error(`no schema of ${kind}`)
  // As it goes over the wire.
  if (validate(JSON.parse(JSON.stringify(feed))) === true) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
}
