// `npm run zones -- <folder>`: writes src/core/time/zone-data.txt from compiled IANA zone data (a folder of TZif files with
// `tzdata.zi`), such as the PyPI package `tzdata` has it: pip download --no-deps tzdata, unzip, then tzdata/zoneinfo.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { CARRIED_FROM_YEAR, CARRIED_TO_YEAR } from '../src/core/time/carried-zones.ts'

const OUT = join(import.meta.dirname, '../src/core/time/zone-data.txt')
const FROM_S = Date.UTC(CARRIED_FROM_YEAR) / 1000
const TO_S = Date.UTC(CARRIED_TO_YEAR + 1) / 1000

interface Change {
  readonly atS: number
  readonly offsetS: number
}

/** Offsets of a zone, first the one in force at the beginning. */
export interface ZoneChanges {
  readonly first: number
  readonly changes: readonly Change[]
}

/**
 * The offsets of a TZif file (RFC 9636, version 2 or later) from one second to another. Its own list of changes may end before;
 * then its footer, a POSIX rule, goes on.
 */
export function changesOfTzif(file: Buffer, fromS: number, toS: number): ZoneChanges {
  if (file.toString('latin1', 0, 4) !== 'TZif' || file.toString('latin1', 4, 5) < '2')
    throw new Error('is no TZif file of version 2 or later')
  const second = 44 + blockBytes(file, 0, 4)
  const [, , , timeCount, typeCount] = countsAt(file, second)
  const timesAt = second + 44
  const typesAt = timesAt + timeCount * 9
  const offsetOf = (type: number) => file.readInt32BE(typesAt + type * 6)
  const listed = Array.from({ length: timeCount }, (_, i) => ({
    atS: Number(file.readBigInt64BE(timesAt + i * 8)),
    offsetS: offsetOf(file.readUInt8(timesAt + timeCount * 8 + i)),
  }))
  const footer = file.toString('latin1', second + 44 + blockBytes(file, second, 8)).replaceAll('\n', '')
  const lastS = listed.at(-1)?.atS ?? -Infinity
  const all = [...listed, ...changesOfRule(footer, lastS, toS)]
  const first = all.findLast(({ atS }) => atS <= fromS)?.offsetS ?? (typeCount > 0 ? offsetOf(0) : 0)
  const changes: Change[] = []
  let before = first
  for (const change of all) {
    if (change.atS <= fromS || change.atS >= toS || change.offsetS === before) continue
    changes.push(change)
    before = change.offsetS
  }
  return { first, changes }
}

function countsAt(file: Buffer, at: number): [number, number, number, number, number, number] {
  const count = (i: number) => file.readUInt32BE(at + 20 + i * 4)
  return [count(0), count(1), count(2), count(3), count(4), count(5)]
}

function blockBytes(file: Buffer, at: number, timeBytes: number): number {
  const [utcCount, standardCount, leapCount, timeCount, typeCount, charCount] = countsAt(file, at)
  return (
    timeCount * (timeBytes + 1) +
    typeCount * 6 +
    charCount +
    leapCount * (timeBytes + 4) +
    standardCount +
    utcCount
  )
}

const RULE =
  /^(?:<[^>]+>|[A-Za-z]+)([-+\d:]+)(?:(?:<[^>]+>|[A-Za-z]+)([-+\d:]+)?,M(\d+)\.(\d)\.(\d)(?:\/([-+\d:]+))?,M(\d+)\.(\d)\.(\d)(?:\/([-+\d:]+))?)?$/

/** The changes after a second by a POSIX rule such as `MST7MDT,M3.2.0,M11.1.0`; also the state it begins with. */
function changesOfRule(rule: string, afterS: number, toS: number): Change[] {
  const found = RULE.exec(rule)
  if (found === null) throw new Error(`the rule "${rule}" is of a kind that is not read`)
  const [, standard = '0', daylight, ...days] = found
  const standardS = -secondsOf(standard)
  if (days[0] === undefined) return [{ atS: afterS + 1, offsetS: standardS }]
  const daylightS = daylight === undefined ? standardS + 3600 : -secondsOf(daylight)
  const [startMonth, startWeek, startDay, startTime = '2', endMonth, endWeek, endDay, endTime = '2'] = days
  const changes: Change[] = []
  const lastYear = new Date(toS * 1000).getUTCFullYear()
  for (let year = Math.max(1970, yearOf(afterS)); year <= lastYear; year++) {
    const start = dayOfRule(year, Number(startMonth), Number(startWeek), Number(startDay))
    const end = dayOfRule(year, Number(endMonth), Number(endWeek), Number(endDay))
    changes.push(
      { atS: start + secondsOf(startTime) - standardS, offsetS: daylightS },
      { atS: end + secondsOf(endTime) - daylightS, offsetS: standardS },
    )
  }
  return changes.sort((a, b) => a.atS - b.atS).filter(({ atS }) => atS > afterS)
}

function yearOf(seconds: number): number {
  return Number.isFinite(seconds) ? new Date(seconds * 1000).getUTCFullYear() : 1970
}

/** Midnight of the nth weekday (5: the last) of a month, s since 1970 as if it were UTC. */
function dayOfRule(year: number, month: number, week: number, weekday: number): number {
  const first = new Date(Date.UTC(year, month - 1, 1))
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  let day = 1 + ((weekday - first.getUTCDay() + 7) % 7) + (week - 1) * 7
  while (day > days) day -= 7
  return Date.UTC(year, month - 1, day) / 1000
}

/** `-3:30`, `7`, `+24` in seconds. */
function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[-+]/, '').split(':').map(Number)
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds)
}

/** The table: a line for each run of offsets that some zones share. */
export function zoneTable(folder: string): string {
  const version = /^# version (\S+)/.exec(readFileSync(join(folder, 'tzdata.zi'), 'utf8'))?.[1]
  if (version === undefined) throw new Error(`${folder}/tzdata.zi names no version`)
  const names = new Map<string, string[]>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path)
    if (!entry.isFile() || !/^[A-Z]/.test(name) || name === 'Factory') continue
    const file = readFileSync(path)
    if (file.toString('latin1', 0, 4) !== 'TZif') continue
    const line = lineOf(changesOfTzif(file, FROM_S, TO_S))
    names.set(line, [...(names.get(line) ?? []), name])
  }
  const lines = [...names].map(([line, same]) => `${same.sort().join(' ')}\t${line}`).sort()
  return [
    `# IANA time zone data ${version}, offsets in force ${CARRIED_FROM_YEAR} to ${CARRIED_TO_YEAR}; public domain. Made by scripts/zones.ts.`,
    '# Zones, the offsets they have (minutes), and changes: minutes since the one before (base 36), and the number of the offset.',
    ...lines,
    '',
  ].join('\n')
}

function lineOf({ first, changes }: ZoneChanges): string {
  const offsets = [...new Set([first, ...changes.map(({ offsetS }) => offsetS)])]
  let beforeS = FROM_S
  const coded = changes.map(({ atS, offsetS }) => {
    const minutes = (atS - beforeS) / 60
    if (!Number.isInteger(minutes) || offsetS % 60 !== 0) throw new Error('changes within a minute')
    beforeS = atS
    return `${minutes.toString(36)}.${offsets.indexOf(offsetS)}`
  })
  return [offsets.map(offset => offset / 60).join(','), coded.join(' ')].join('\t')
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) throw new Error('usage: npm run zones -- <folder of zone files with tzdata.zi>')
  writeFileSync(OUT, zoneTable(folder))
  process.stderr.write(`${OUT}\n`)
}
