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

export const pointsQuery = choiceQuery.extend({
  limit: z
    .int({ error: `wants a whole number from 1 to ${MAX_POINTS}` })
    .min(1, { error: `wants a whole number from 1 to ${MAX_POINTS}` })
    .max(MAX_POINTS, { error: `wants a whole number from 1 to ${MAX_POINTS}` })
    .default(5_000)
    .meta({ description: 'The newest so many' }),
})

/** @throws {RequestError} when the range ends before it begins */
export function choiceOf(given: Given): IncidentChoice {
  if (given.from !== undefined && given.to !== undefined && given.from >= given.to)
    throw wrongParameters([
      { name: 'to', value: given.to, message: `wants a day after from (${given.from})` },
    ])
  const box = given.bbox?.split(',').map(Number) as [number, number, number, number] | undefined
  return {
    from: given.from,
    to: given.to,
    types: given.type as string[] | undefined,
    quadrants: given.quadrant as string[] | undefined,
    communities: given.community as string[] | undefined,
    weekdays: (given.weekday as string[] | undefined)?.map(Number),
    hourFrom: given.hour_from,
    hourTo: given.hour_to,
    words: given.words,
    box,
  }
}
