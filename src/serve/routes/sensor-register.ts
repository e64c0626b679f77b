import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Appended } from '../../core/log.ts'
import { joinedRuns } from '../../core/positions.ts'
import { hasUnseen, isVisible } from '../../core/text/printable.ts'
import { Sensor } from '../../core/schema/sensor.ts'
import { bodyIssues, mediaType, parseJson, readText } from '../body.ts'
import { Runs } from '../contract/index.ts'
import { RequestError } from '../problems.ts'
import { route, type Route } from '../route.ts'
import { senderOf } from '../auth/index.ts'
import { admit, refuseUnlessReal, type Door } from './readings.ts'

/** The sensor register; a change is durable in the log when its promise resolves. */
export interface Register {
  put(sensors: readonly Sensor[], sender: string): Promise<Appended>
  /** False when the register does not have the sensor. */
  remove(sensorId: string, sender: string): Promise<boolean>
}

/** A register of 300,000 sensors. */
const MAX_REGISTER_BYTES = 64 * 1024 * 1024
/** Sensors handed on at once; between, other requests have their turn. */
const BATCH = 2_000
/** Wrong lines named in one answer. */
const MAX_MISTAKES = 20

const Imported = z.strictObject({ imported: z.int().nonnegative(), positions: Runs })

export function registerRoutes(register: Register, door: Pick<Door, 'mode' | 'admission'>): Route[] {
  /** @returns the sender, who may change something now */
  const admitted = (request: FastifyRequest, what: string): string => {
    refuseUnlessReal(door.mode, what)
    const sender = senderOf(request.raw)
    admit(door, sender)
    return sender
  }
  return [
    route({
      method: 'PUT',
      path: '/v1/sensors',
      id: 'put-sensors',
      tag: 'Places',
      summary: 'Import sensors into the register',
      description:
        'Adds each sensor or replaces what the register knows of it; others stay. All or none: with a mistake anywhere nothing is imported.',
      access: 'write',
      body: {
        description: 'Sensors: NDJSON, one object a line, or a JSON array',
        required: true,
        content: { 'application/x-ndjson': Sensor, 'application/json': z.array(Sensor).min(1) },
      },
      answers: {
        200: { description: 'The register has them', content: { 'application/json': Imported } },
      },
      problems: [400, 409, 413, 415, 429, 503],
      handle: async ({ request }) => {
        const sender = admitted(request, 'sensors from outside')
        const items = await readItems(request.headers['content-type'], request.raw)
        const sensors = await checked(items)
        const runs: [number, number][] = []
        for (let i = 0; i < sensors.length; i += BATCH) {
          const { position, count } = await register.put(sensors.slice(i, i + BATCH), sender)
          runs.push([position, count])
        }
        return { imported: sensors.length, positions: joinedRuns(runs) }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/sensors/{sensor_id}',
      id: 'delete-sensor',
      tag: 'Places',
      summary: 'Remove a sensor from the register',
      description: 'Its readings stay, and so does their place.',
      access: 'write',
      params: z.strictObject({ sensor_id: z.string().min(1).max(128) }),
      answers: { 204: { description: 'The register does not have it any more', content: {} } },
      problems: [400, 404, 409, 429, 503],
      handle: async ({ params: { sensor_id: id }, request, reply }) => {
        if (await register.remove(id, admitted(request, 'changes of its register')))
          return reply.code(204).send()
        throw new RequestError('ART_NOT_FOUND', `The register has no sensor ${JSON.stringify(id)}.`)
      },
    }),
  ]
}

/** One thing to parse, and where it stood. */
interface Item {
  readonly where: string
  readonly parse: () => unknown
}

async function readItems(
  contentType: string | undefined,
  body: Parameters<typeof readText>[0],
): Promise<Item[]> {
  const type = mediaType(contentType)
  if (type !== 'application/json' && type !== 'application/x-ndjson') {
    throw new RequestError(
      'ART_MEDIA_TYPE',
      `${type === '' ? 'No media type' : JSON.stringify(type)} is not taken here; send application/x-ndjson or application/json.`,
    )
  }
  const text = await readText(body, MAX_REGISTER_BYTES)
  if (type === 'application/json') {
    const value = parseJson(text)
    return (Array.isArray(value) ? (value as unknown[]) : [value]).map((item, i) => ({
      where: `item ${i}`,
      parse: () => item,
    }))
  }
  return text
    .split('\n')
    .map((line, i) => ({ where: `line ${i + 1}`, line: line.trim() }))
    .filter(({ line }) => line !== '')
    .map(({ where, line }) => ({ where, parse: () => parseJson(line) }))
}

async function checked(items: readonly Item[]): Promise<Sensor[]> {
  const sensors: Sensor[] = []
  const mistakes: string[] = []
  for (const [i, { where, parse }] of items.entries()) {
    if (i % BATCH === BATCH - 1) await new Promise(resolve => setImmediate(resolve))
    const parsed = Sensor.safeParse(jsonOrMistake(parse))
    const wrong = parsed.success ? unseenIn(parsed.data) : bodyIssues(parsed.error)
    if (parsed.success && wrong.length === 0) sensors.push(parsed.data)
    else mistakes.push(`${where}: ${wrong.join(', ')}`)
    if (mistakes.length === MAX_MISTAKES) break
  }
  if (mistakes.length > 0) throw new RequestError('ART_BODY', `Nothing was imported. ${mistakes.join('; ')}`)
  if (sensors.length === 0) throw new RequestError('ART_BODY', 'The body names no sensor.')
  return sensors
}

/** Only at the door: what the log holds from before stays readable. */
function unseenIn(sensor: Sensor): string[] {
  return (['sensor_id', 'intersection_id', 'name', 'district'] as const).flatMap(field => {
    const text = sensor[field]
    if (text === null) return []
    if (hasUnseen(text))
      return [
        `${field}: ${JSON.stringify(text)} has control, bidirectional or zero-width characters; leave them out`,
      ]
    return field !== 'name' && !isVisible(text) ? [`${field}: is blank; wants visible characters`] : []
  })
}

/** What is not JSON fails the schema like any other wrong value, so that its line is named. */
function jsonOrMistake(parse: () => unknown): unknown {
  try {
    return parse()
  } catch {
    return undefined
  }
}
