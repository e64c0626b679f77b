import type { DayReport } from '../../serve/contract/index.ts'

type Cell = string | number | null

/** The report for people: what was counted, what was wrong, and the districts, in tables of Markdown. */
export function reportMarkdown(report: DayReport): string {
  const { day, city, time_zone: zone, from, to, made_at: madeAt, version } = report
  return [
    `# ${text(city)}: ${day}`,
    `From ${from} to ${to}, by the clock of ${zone}. Written ${madeAt} by Arterial ${version}.`,
    '## Readings',
    readingsText(report),
    '## Districts',
    orNone(
      report.districts,
      'No district had a reading.',
      ['district', 'readings', 'sensors', 'vehicles', 'km/h', 'wait s', 'longest queue', 'complete'],
      one => [
        ...[one.district === '' ? '(none)' : one.district, one.readings, one.sensors, one.vehicles],
        ...[one.mean_speed_kmh, one.mean_wait_s, one.max_queue_veh, percent(one.completeness)],
      ],
    ),
    '## Quarantine',
    orNone(
      report.quarantine,
      'No line that arrived on this day broke a rule.',
      ['stream', 'reason', 'lines'],
      one => [one.stream, one.reason, one.lines],
    ),
    '## Incidents',
    orNone(report.incidents, 'The incident record has none of this day.', ['type', 'incidents'], one => [
      ...[one.type, one.incidents],
    ]),
    '## When this was written',
    lagText(report),
    orNone(report.problems, 'There were no problems.', ['problem', 'since', 'what'], one => [
      ...[one.code, one.since, one.message],
    ]),
    '## Steps of the run',
    orNone(report.steps, 'It was asked for alone.', ['step', 'state', 'attempts', 'what'], one => [
      ...[one.name, one.state, one.attempts, one.error?.message ?? one.notice],
    ]),
    '',
  ].join('\n\n')
}

function readingsText({ readings }: DayReport): string {
  const { valid, vehicles, mean_speed_kmh: speed, first_hour: first, last_hour: last, hours } = readings
  if (valid === 0) return 'The lake has no reading of this day.'
  const mean = speed === null ? '' : `, at ${speed} km/h in the mean`
  return `${number(valid)} readings, ${number(vehicles)} vehicles${mean}; ${hours} hours have readings, from ${first ?? '–'} to ${last ?? '–'}.`
}

function lagText({ lag }: DayReport): string {
  const { backlog_records: backlog, freshness_p95_ms: freshness, tables_lag_s: tables } = lag
  return [
    `${number(backlog)} records waited to be loaded`,
    ...(freshness === null ? [] : [`95 % of readings were in the lake within ${number(freshness)} ms`]),
    ...(tables === null ? [] : [`open tables were ${number(tables)} s behind`]),
  ]
    .join('; ')
    .concat('.')
}

function orNone<T>(
  rows: readonly T[],
  none: string,
  titles: readonly string[],
  cells: (row: T) => readonly Cell[],
): string {
  if (rows.length === 0) return none
  const line = (values: readonly Cell[]) => `| ${values.map(cellText).join(' | ')} |`
  return [line(titles), `|${' --- |'.repeat(titles.length)}`, ...rows.map(row => line(cells(row)))].join('\n')
}

function cellText(value: Cell): string {
  if (value === null) return '–'
  return typeof value === 'number' ? number(value) : text(value)
}

/** What came from outside is text, and nothing of Markdown or HTML. */
function text(value: string): string {
  return value
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|#~]/g, String.raw`\$&`)
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function percent(share: number | null): string | null {
  return share === null ? null : `${(share * 100).toFixed(1)} %`
}
