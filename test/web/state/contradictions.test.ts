import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/serve/contract/index.ts'
import { cityTrends } from '../../../web/src/analysis/city-trends.ts'
import { changeOf } from '../../../web/src/analysis/finding.ts'
import { changeAt } from '../../../web/src/analysis/trend.ts'
import { fromSnapshot } from '../../../web/src/api/live-state.ts'
import type { LiveView } from '../../../web/src/api/live-store.ts'
import { keyFigures } from '../../../web/src/features/status-line/view-model.ts'
import { bannerOf, statePill } from '../../../web/src/state/city-words.ts'
import { headline, noChartWords } from '../../../web/src/state/history.ts'
import { agoBaseMs, pictureOf } from '../../../web/src/state/picture.ts'
import { programLine, programOf } from '../../../web/src/state/program.ts'
import {
  knowsSignal,
  sensorStateOf,
  sensorsText,
  sensorWords,
  siteStateOf,
  siteWords,
} from '../../../web/src/state/site.ts'
import { changeWords } from '../../../web/src/ui/change/change-words.ts'
import { district, site, snapshot, status, T0 } from '../fixtures.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const QUARTER = 15 * MINUTE
/** Our clock; readings are older, or a little ahead. */
const CLOCK = T0 + HOUR
const clock = (atMs: number) => new Date(atMs).toISOString().slice(11, 16)

const age = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -2 * MINUTE, max: 16 * MINUTE }),
  fc.integer({ min: 0, max: 80 * HOUR }),
)
const connection: fc.Arbitrary<LiveView['connection']> = fc.oneof(
  fc.constant({ kind: 'open' as const }),
  fc.constant({ kind: 'connecting' as const }),
  fc.record({
    kind: fc.constant('lost' as const),
    sinceMs: fc.constant(CLOCK - 30_000),
    retryAtMs: fc.constant(CLOCK + 2_000),
  }),
)
const program = fc.record({
  ready: fc.boolean(),
  engine: fc.record({
    state: fc.constantFrom('starting', 'ready', 'restarting', 'stopped'),
    restarts: fc.constant(0),
  }),
  backlog: fc.record({
    records: fc.constantFrom(0, 3, 60_000),
    bytes: fc.constant(1),
    position: fc.constant(1),
  }),
  losses: fc.constantFrom(0, 1).map(openCount => ({
    ...{ open: [], openCount, openRecords: openCount * 341, count: openCount, records: openCount * 341 },
  })),
  problems: fc.constantFrom<Problem[][]>(
    [],
    [{ code: 'disk_nearly_full', message: 'Free some space.', since: new Date(T0).toISOString() }],
  ),
})

interface Case {
  readonly ageMs: number | null
  readonly siteAgeMs: number
  readonly intervalS: number
  readonly measured: boolean
  readonly connection: LiveView['connection']
  readonly first: boolean
  readonly program: Partial<ReturnType<typeof status>>
}

const cases: fc.Arbitrary<Case> = fc.record({
  ageMs: age,
  siteAgeMs: fc.integer({ min: 0, max: 40 * MINUTE }),
  intervalS: fc.constantFrom(1, 30, 300, 900, 3_600),
  measured: fc.boolean(),
  connection,
  first: fc.boolean(),
  program,
})

/** Every sentence the page would show of a case, by the functions that its components call. */
function said({ ageMs, siteAgeMs, intervalS, measured, connection, first, program }: Case) {
  const newestMs = ageMs === null ? null : CLOCK - ageMs
  const city = { ...snapshot().city, at: newestMs }
  const newestAt = newestMs === null ? null : new Date(newestMs).toISOString()
  const view: LiveView = {
    state: first ? null : fromSnapshot(snapshot({ city, status: status({ newestAt, ...program }) })),
    connection,
  }
  const picture = pictureOf(view, CLOCK)
  const state = programOf(picture, view.state?.status ?? null)
  const siteAtMs = (newestMs ?? CLOCK) - siteAgeMs
  const one = site('S', { at: siteAtMs, ...(measured ? {} : { grade: null, waitS: null }) })
  const siteState = siteStateOf(newestMs === null ? null : one, newestMs, 'delay', 'metric')
  const sensor = sensorStateOf({ lastMs: siteAtMs, intervalS }, picture, newestMs, CLOCK)
  const base = agoBaseMs(picture, CLOCK)
  return {
    picture,
    program: state,
    siteState,
    sensor,
    pill: statePill(picture, CLOCK, 'UTC'),
    banner: bannerOf(picture, state, CLOCK, 'UTC'),
    line: programLine(state, picture, CLOCK, 'UTC'),
    figures: keyFigures(view, picture, 'metric', 'UTC'),
    siteWords: siteWords(siteState, 'delay', base),
    sensorWords: sensorWords(sensor, base - siteAtMs),
    sensorsText: sensorsText([sensor]),
  }
}

const always = (check: (words: ReturnType<typeof said>, of: Case) => void) =>
  fc.assert(
    fc.property(cases, one => check(said(one), one)),
    { numRuns: 3_000 },
  )

describe('the page never contradicts itself', () => {
  it('“Everything works” stands only in a live picture of a program without a problem or a backlog', () => {
    always(({ line, picture, program, banner }, { program: given }) => {
      if (line?.text !== 'Everything works') return
      expect(picture.kind).toBe('live')
      expect(program.kind).toBe('works')
      expect(banner).toBeNull()
      expect(given).toMatchObject({
        losses: { openCount: 0 },
        ready: true,
        engine: { state: 'ready' },
        problems: [],
      })
      expect(given.backlog?.records).toBeLessThan(60_000)
    })
  })

  it('a stale picture says so in the pill, the banner and the line of the Data page, with one time', () => {
    always(({ picture, pill, banner, line, figures }) => {
      if (picture.kind !== 'stale') return
      const when = /\d\d:\d\d/.exec(pill.detail)?.[0] ?? 'none'
      expect(banner?.strong).toContain(when)
      if (line !== null && line.tone === 'warn' && line.text.includes('arrived'))
        expect(line.text).toContain(when)
      expect(figures[0]?.figure.value).toBe(`as of ${when}`)
    })
  })

  it('blames the sensors only when the program has no trouble of its own', () => {
    always(({ banner, program }) => {
      if (banner?.rest.includes('sensors') === true) expect(program.kind).toBe('works')
    })
  })

  it('“No new readings” is not said while readings wait to be loaded', () => {
    always(({ banner, line, program }) => {
      if (program.kind === 'works') return
      expect(banner?.strong ?? '').not.toContain('No new readings')
      expect(line?.text ?? '').not.toContain('no reading has arrived')
    })
  })

  it('a lost connection knows nothing of the program, of sensors, or of what flows now', () => {
    always(({ picture, program, line, sensorsText: sensors, figures, pill, banner }) => {
      if (picture.kind !== 'lost') return
      expect(program.kind).toBe('unknown')
      expect(line?.text).toMatch(/^How the server is cannot be known/)
      expect(sensors).toBe('not known now')
      expect(figures.map(({ key }) => key)).not.toContain('rate')
      if (picture.nowMs === null)
        expect(pill.detail + (banner?.rest ?? '')).not.toMatch(/last picture|as it was/)
    })
  })

  it('a sensor is silent exactly when its site is, and none reports in a picture that is not of now', () => {
    always(({ picture, siteState, sensor }, { ageMs }) => {
      if (ageMs !== null && picture.kind !== 'lost' && picture.kind !== 'connecting')
        expect(sensor === 'silent').toBe(siteState.kind === 'silent')
      if (sensor === 'reports') expect(['live', 'historical', 'empty']).toContain(picture.kind)
    })
  })

  it('what “reports” was heard within a quarter-hour, and “just now” is never said of what is late or silent', () => {
    always(({ sensor, sensorWords: words, siteState, siteWords: site }) => {
      if (sensor === 'reports') expect(words).not.toMatch(/ h ago|days ago|late|silent/)
      if (sensor === 'late' || sensor === 'silent') expect(words).not.toMatch(/just now/)
      if (siteState.kind === 'silent') expect(site.detail).not.toMatch(/just now| s ago/)
    })
  })

  it('a signal’s state is shown only in a picture of now, or of the now that is replayed', () => {
    always(({ picture, siteState }) => {
      if (!knowsSignal(siteState, picture)) return
      expect(['live', 'historical']).toContain(picture.kind)
      expect(siteState.kind).not.toBe('silent')
    })
  })

  it('only a measured site has a grade', () => {
    always(({ siteState, siteWords: words }) => {
      expect(words.title.startsWith('Grade ')).toBe(siteState.kind === 'measured')
    })
  })
})

describe('why there is no chart', () => {
  it('never says that nothing was measured beside a reading of the last 24 hours', () => {
    const facts = fc.record({
      newestMs: fc.option(fc.integer({ min: T0 - 60 * HOUR, max: T0 + QUARTER })),
      endMs: fc.constant(T0),
      readings: fc.constantFrom(0, 1, 500),
      measures: fc.boolean(),
    })
    fc.assert(
      fc.property(facts, given => {
        const { title } = noChartWords(given, clock, QUARTER)
        const recent = given.readings > 0 || (given.newestMs !== null && given.newestMs >= T0 - 24 * HOUR)
        expect(title === 'Nothing was measured in the last 24 hours').toBe(!recent)
      }),
    )
  })

  it('says when the charts begin after the first reading, 13 minutes ago', () => {
    const given = { newestMs: T0 + 2 * MINUTE, endMs: T0, readings: 0, measures: false }
    expect(noChartWords(given, clock, QUARTER)).toEqual({
      title: 'The first quarter-hour is not over yet',
      detail: 'The charts begin at 17:15.',
    })
  })

  it('tells readings without a measure from no readings', () => {
    const given = { newestMs: T0, endMs: T0, readings: 40, measures: false }
    expect(noChartWords(given, clock, QUARTER).title).toBe('No speed, wait or count in the last 24 hours')
    expect(noChartWords({ ...given, measures: true }, clock, QUARTER).title).toBe(
      'No whole quarter-hour was measured yet',
    )
  })
})

describe('a chart’s title and the figure beside it', () => {
  const source = fc.record({
    /** Of each slot of the last day: measured or not, and its value. */
    slots: fc.array(fc.option(fc.integer({ min: 10, max: 60 }), { freq: 4 }), {
      minLength: 96,
      maxLength: 96,
    }),
    gaps: fc.integer({ min: 0, max: 96 }),
    live: fc.option(fc.integer({ min: 5, max: 80 })),
    silent: fc.boolean(),
  })
  const rowAt = (atMs: number, speedKmh: number | null) =>
    speedKmh === null ? [] : [district('d', atMs, { mean_speed_kmh: speedKmh })]

  it('say the same of the present, or the title says nothing of it', () => {
    fc.assert(
      fc.property(source, ({ slots, gaps, live, silent }) => {
        const recent = slots.flatMap((speed, i) => [
          // The last `gaps` slots of the day were not measured.
          ...(i >= 96 - gaps ? [] : rowAt(T0 - (96 - i) * QUARTER, speed)),
          ...rowAt(T0 - (192 - i) * QUARTER, 30),
        ])
        const { speed } = cityTrends({ recent, quarters: [], endMs: T0, timeZone: 'UTC' }, null)
        const standing = silent ? null : changeAt(speed, live, T0)
        const title = headline('speed', speed, standing, clock, silent ? T0 - 20 * MINUTE : null)
        const claims = /(Faster|Slower) than|Speeds (as|near)/.test(title)
        const measured = speed.now.values.filter(value => value !== null).length
        if (silent || measured < 48) expect(claims).toBe(false)
        if (speed.now.values.slice(-3).every(value => value === null)) expect(claims).toBe(false)
        if (standing === null || speed.against === null) return
        const { text, arrow } = changeWords({ change: standing, measure: 'speed', against: speed.against })
        const read = changeOf(speed.now.values.findLast(v => v !== null) ?? null, 30) ?? 0
        if (title.includes(' as yesterday'))
          expect([text, Math.abs(read) < 0.03]).toEqual(['as yesterday', true])
        if (title.startsWith('Slower')) expect([arrow, read < 0]).toEqual(['▼', true])
        if (title.startsWith('Faster')) expect([arrow, read > 0]).toEqual(['▲', true])
        if (title.includes(' near ')) expect(Math.max(Math.abs(standing), Math.abs(read))).toBeLessThan(0.101)
      }),
      { numRuns: 500 },
    )
  })
})
