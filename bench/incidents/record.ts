import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Random } from '../../src/core/statistics/index.ts'

const ZONE = 'America/Edmonton'
const DAY_MS = 86_400_000
/** So long a record reaches back. */
export const DAYS = 3_650
const SOUTH = 50.84
const WEST = -114.3
const SPAN_DEG = 0.36
/** Communities a side of the square city. */
const SIDE = 18
const SIGNALS = 1_500

const KINDS = [
  'Multi-vehicle incident.',
  'Two vehicle incident.',
  'Single vehicle incident.',
  'Incident involving a pedestrian.',
  'Incident involving a cyclist.',
  'Stalled vehicle.',
  'Traffic signals are flashing red. Crews have been dispatched.',
  'Road closed for construction.',
]
const LANES = [
  ' Blocking the right lane.',
  ' Blocking the left lane.',
  ' Blocking multiple lanes',
  ' Please drive with care',
  '',
]
const NAMED = ['Harbour Trail', 'Crossfield Drive', 'Glenview Road', 'Prairie Boulevard', 'Quarry Way']

/** A file of the record, in the manner of a city's export. */
export interface RecordFile {
  readonly rows: number
  readonly seed: number
  /** The first of them tells more of the incidents of this other file, so many. */
  readonly updates?: { readonly of: RecordFile; readonly rows: number }
  /** Its incidents began within so many days before the end of the record; default: all of it. */
  readonly days?: number
}

/** Communities, boundary and signals of a square city, and the settings that name them. */
export async function writeSettings(dir: string): Promise<void> {
  const step = SPAN_DEG / SIDE
  const square = (west: number, south: number, size: number) =>
    `"MULTIPOLYGON (((${west} ${south}, ${west + size} ${south}, ${west + size} ${south + size}, ${west} ${south + size}, ${west} ${south})))"`
  const cells = Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [column, row] = [i % SIDE, Math.floor(i / SIDE)]
    return `C${i},COMMUNITY ${i},${square(WEST + column * step, SOUTH + row * step, step)}`
  })
  const random = new Random(3)
  const signals = Array.from({ length: SIGNALS }, (_, i) => {
    const [latitude, longitude] = placeOf(random)
    return `2001/04/01,${i % 80} AVENUE,${i % 60} STREET,NE,Traffic signal,${latitude},${longitude}`
  })
  const lines = (header: string, rows: readonly string[]) => `${[header, ...rows].join('\n')}\n`
  await writeFile(join(dir, 'communities.csv'), lines('COMM_CODE,NAME,MULTIPOLYGON', cells))
  await writeFile(
    join(dir, 'boundary.csv'),
    lines('CITY,the_geom', [`CITY,${square(WEST, SOUTH, SPAN_DEG)}`]),
  )
  await writeFile(
    join(dir, 'signals.csv'),
    lines('INSTDATE,FIRSTROAD,SECONDROAD,QUADRANT,INT_TYPE,latitude,longitude', signals),
  )
  await writeFile(
    join(dir, 'arterial.yaml'),
    [
      `city: {timeZone: ${ZONE}}`,
      'incidents:',
      ...['communities', 'boundary', 'signals'].map(name => `  ${name}: ${join(dir, name)}.csv`),
    ].join('\n'),
  )
}

/** Writes a file of the record, as CSV with ids and local times. */
export async function writeRecord(path: string, file: RecordFile, endMs: number): Promise<void> {
  await pipeline(Readable.from(linesOf(file, endMs)), createWriteStream(path))
}

function* linesOf(file: RecordFile, endMs: number): Generator<string> {
  yield 'INCIDENT INFO,DESCRIPTION,START_DT,MODIFIED_DT,QUADRANT,Longitude,Latitude,Count,id,Point\n'
  if (file.updates !== undefined) yield* rowsOf(file.updates.of, endMs, file.updates.rows, ' Cleared.')
  yield* rowsOf(file, endMs, file.rows - (file.updates?.rows ?? 0), '')
}

function* rowsOf(file: RecordFile, endMs: number, rows: number, more: string): Generator<string> {
  const random = new Random(file.seed)
  const spanMs = (file.days ?? DAYS) * DAY_MS
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  // The newest first, as cities publish them.
  for (let i = 0; i < rows; i++) {
    const atMs = Math.floor((endMs - (spanMs * (i + random.unit())) / file.rows) / 1000) * 1000
    const [latitude, longitude] = placeOf(random)
    const quadrant = pick(['NE', 'NW', 'SE', 'SW'])
    const road = random.unit() < 0.3 ? pick(NAMED) : `${1 + random.below(80)} Avenue`
    const at = `${road} and ${1 + random.below(60)} Street ${quadrant}`
    const [kind, lanes] = [pick(KINDS), pick(LANES)]
    const modifiedMs = atMs + (more === '' ? 120_000 : 1_800_000)
    const iso = new Date(atMs).toISOString().slice(0, 19)
    yield `${at},${kind}${lanes}${more},${stamp(atMs)},${stamp(modifiedMs)},${quadrant},${longitude},${latitude},1,${iso}${latitude}${longitude},POINT (${longitude} ${latitude})\n`
  }
}

function placeOf(random: Random): [latitude: number, longitude: number] {
  return [SOUTH + random.unit() * SPAN_DEG, WEST + random.unit() * SPAN_DEG]
}

/** `2024/12/31 11:31:14 PM`. */
function stamp(ms: number): string {
  const iso = new Date(ms).toISOString()
  const hour = Number(iso.slice(11, 13))
  const clock = `${String(hour % 12 === 0 ? 12 : hour % 12).padStart(2, '0')}${iso.slice(13, 19)}`
  return `${iso.slice(0, 10).replaceAll('-', '/')} ${clock} ${hour < 12 ? 'AM' : 'PM'}`
}
