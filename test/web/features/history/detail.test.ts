import { describe, expect, it } from 'vitest'
import {
  doubtsOf,
  factsOf,
  linkLines,
  versionSteps,
} from '../../../../web/src/features/history/model/detail.ts'
import { detail } from './records.ts'

const version = (number: number, more: object = {}) => ({
  ...{ version: number, updated_at: `2019-05-04T14:0${number}:00.000Z`, reported_as: 'a', changed: [] },
  ...{ title: 'Deerfoot', description: 'Blocking the right lane', quadrant: 'NE', withdrawn: false },
  ...more,
})

describe('one incident', () => {
  it('has the facts that are known, and no others', () => {
    const facts = Object.fromEntries(factsOf(detail()).map(({ label, value }) => [label, value]))
    expect(facts).toMatchObject({
      Road: 'Deerfoot Trail at 16 Avenue',
      Direction: 'northbound',
      Lanes: '1 blocked: right',
      Community: 'Vista Heights',
    })
    expect('Nearest signal' in facts).toBe(false)
  })

  it('tells what is doubtful: repaired times, the quadrant, another report of it', () => {
    expect(doubtsOf(detail())).toEqual([])
    const doubts = doubtsOf(
      detail({
        ...{ repaired: true, original_started_at: '2019-05-04 10:00', is_quadrant_doubtful: true },
        ...{ is_repost: true, repost_of: 'b', withdrawn: true },
      }),
    )
    expect(doubts).toHaveLength(4)
    expect(doubts.join(' ')).toMatch(/taken this report back.*as b\..*says 2019-05-04 10:00\..*quadrant NE/)
  })

  it('tells what changed when, the newest first', () => {
    const steps = versionSteps(
      detail({
        versions: [
          version(1),
          version(2, { description: 'Cleared', changed: ['description', 'place'] }),
          version(3, { description: 'Cleared', reported_as: 'b', title: null, changed: ['title'] }),
        ],
      }),
    )
    expect(steps.map(step => step.version)).toEqual([3, 2, 1])
    expect(steps[1]).toMatchObject({
      changes: [{ label: 'Description', from: 'Blocking the right lane', to: 'Cleared' }],
      others: ['Place'],
    })
    expect(steps[0]).toMatchObject({ reportedAs: 'b', changes: [{ label: 'Title', to: 'nothing' }] })
    expect(steps[2]).toMatchObject({ first: true, changes: [], reportedAs: null })
  })

  it('names the other report of a link, from either side, with its reason', () => {
    const link = { kind: 'update', distance_m: 12.4, evidence: 'same second', undone: false }
    const links = [
      { ...link, incident_id: 'b', linked_to: 'a' },
      { ...link, incident_id: 'a', linked_to: 'c', undone: true },
    ]
    expect(linkLines(detail({ links })).map(({ id, words, undone }) => [id, words, undone])).toEqual([
      ['b', 'Goes on with, 12 m apart', false],
      ['c', 'Goes on with, 12 m apart', true],
    ])
  })
})
