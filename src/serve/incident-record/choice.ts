import { z } from 'zod'
import type { IncidentChoice } from '../../lake/read/incident-record/index.ts'
import { wrongParameters } from '../input.ts'
import { anyOf } from '../routes/list.ts'

const MAX_POINTS = 20_000
const word = z.string().min(1).max(128)
const hour = (description: string) =>
  z
    .int({ error: 'wants an hour from 0 to 23' })
    .min(0, { error: 'wants an hour from 0 to 23' })
    .max(23, { error: 'wants an hour from 0 to 23' })
    .optional()
    .meta({ description })
const day = (description: string) =>
  z.iso
    .date({ error: 'wants a day, e.g. 2024-01-31' })
    .optional()
    .meta({ description, examples: ['2024-01-31'] })

const BOX = /^-?\d{1,3}(\.\d{1,9})?(,-?\d{1,3}(\.\d{1,9})?){3}$/

/** What chooses incidents, in every address of the record alike. */
export const choiceQuery = z.strictObject({
  from: day('From this local day on'),
  to: day('Before this local day'),
  type: anyOf(word, 'Of this type'),
  quadrant: anyOf(word, 'In this quadrant'),
  community: anyOf(word, 'In this community'),
  weekday: anyOf(
    z.enum(['1', '2', '3', '4', '5', '6', '7'], { error: 'wants 1 (Monday) to 7 (Sunday)' }),
    'On this local weekday',
  ),
  weather: anyOf(
    z.enum(['dry', 'rain', 'heavy_rain', 'snow', 'heavy_snow', 'fog', 'unknown'], {
      error: 'wants dry, rain, heavy_rain, snow, heavy_snow, fog or unknown',
    }),
    'Begun in an hour of this weather of the city; unknown: of which nothing is known',
  ),
  hour_from: hour('From this local hour on; later than hour_to it passes midnight'),
  hour_to: hour('Up to and including this local hour'),
  words: word.optional().meta({ description: 'Has these words in its texts, whatever their letter case' }),
  bbox: z
    .string()
    .regex(BOX, { error: 'wants west,south,east,north in degrees' })
    .optional()
    .meta({ description: 'Within west,south,east,north, degrees', examples: ['-114.3,50.8,-113.8,51.2'] }),
})
type Given = z.infer<typeof choiceQuery>

const kindsQuery = choiceQuery.pick({ type: true, words: true })
const numberFrom = (description: string, from: number, to: number) => {
  const error = `wants a number from ${from} to ${to}`
  return z.number({ error }).min(from, { error }).max(to, { error }).meta({ description })
}
const wholeFrom = (description: string, from: number, to: number, usual: number) => {
  const error = `wants a whole number from ${from} to ${to}`
  return z.int({ error }).min(from, { error }).max(to, { error }).default(usual).meta({ description })
}

/** Of any record, and with room for the days around it. */
const [FIRST_CHANGE, LAST_CHANGE] = ['1980-01-01', '2099-12-31']
const isOfThisTime = (day: string) => day >= FIRST_CHANGE && day <= LAST_CHANGE

/** A place and when something was changed there. */
export const changedPlaceQuery = kindsQuery.extend({
  latitude: numberFrom('Of the place, degrees', -90, 90),
  longitude: numberFrom('Of the place, degrees', -180, 180),
  radius_m: wholeFrom('Incidents so near count, m', 25, 2_000, 250),
  changed: z.iso
    .date({ error: 'wants a day, e.g. 2024-01-31' })
    .refine(isOfThisTime, { error: `wants a day from ${FIRST_CHANGE} to ${LAST_CHANGE}` })
    .meta({ description: 'The first local day after the change', examples: ['2018-06-01'] }),
  days: wholeFrom('So many days before it are compared with as many from it on', 28, 1_461, 365),
})

export const nearWorksQuery = kindsQuery.extend({
  within_m: wholeFrom('Incidents so near count, m', 50, 5_000, 500),
  weeks: wholeFrom('So many weeks before and after are compared with', 1, 26, 4),
})

/** What kinds of incidents are meant, of any time and place. */
export function kindsOf({ type, words }: z.infer<typeof kindsQuery>): IncidentChoice {
  return { types: type as string[] | undefined, words }
}

export const pointsQuery = choiceQuery.extend({
  limit: z
    .int({ error: `wants a whole number from 1 to ${MAX_POINTS}` })
    .min(1, { error: `wants a whole number from 1 to ${MAX_POINTS}` })
    .max(MAX_POINTS, { error: `wants a whole number from 1 to ${MAX_POINTS}` })
    .default(5_000)
    .meta({ description: 'The newest so many' }),
})

/** @throws {RequestError} when the range ends before it begins, or the box does */
export function choiceOf(given: Given): IncidentChoice {
  if (given.from !== undefined && given.to !== undefined && given.from >= given.to)
    throw wrongParameters([
      { name: 'to', value: given.to, message: `wants a day after from (${given.from})` },
    ])
  const box = given.bbox?.split(',').map(Number) as [number, number, number, number] | undefined
  if (box !== undefined && (box[0] > box[2] || box[1] > box[3]))
    throw wrongParameters([
      { name: 'bbox', value: given.bbox, message: 'wants west before east and south before north' },
    ])
  return {
    from: given.from,
    to: given.to,
    types: given.type as string[] | undefined,
    quadrants: given.quadrant as string[] | undefined,
    communities: given.community as string[] | undefined,
    weekdays: (given.weekday as string[] | undefined)?.map(Number),
    weather: given.weather as string[] | undefined,
    hourFrom: given.hour_from,
    hourTo: given.hour_to,
    words: given.words,
    box,
  }
}
