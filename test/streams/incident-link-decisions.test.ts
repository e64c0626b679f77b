import { describe, expect, it } from 'vitest'
import { incidentLinkDecisions } from '../../src/streams/incident-link-decisions/index.ts'
import { read } from './read.ts'

describe('incident-link-decisions', () => {
  it('takes a decision as the command line sends it, and its end', () => {
    const decision = { incident_id: 'a', other_id: 'b', decided_by: 'ann', note: 'two collisions' }
    expect(read(incidentLinkDecisions, JSON.stringify(decision))).toMatchObject({ reasons: [], extras: [] })
    const end = { ...decision, withdrawn: true }
    expect(read(incidentLinkDecisions, JSON.stringify(end)).row).toMatchObject({ withdrawn: true })
  })

  it('refuses one that names a report alone', () => {
    expect(read(incidentLinkDecisions, JSON.stringify({ incident_id: 'a' })).reasons).toEqual([
      'other_id_missing',
    ])
  })
})
