import { describe, expect, it } from 'vitest'
import { configurationReference, FIELDS } from '../../../src/core/config/index.ts'

describe('configurationReference', () => {
  it('has a row for every setting with default, allowed values, variable and description', () => {
    const page = configurationReference()
    for (const field of FIELDS) {
      expect(page).toContain(`| \`${field.path}\` |`)
      expect(page).toContain(`\`${field.env}\``)
      expect(field.meta.allowed.length, field.path).toBeGreaterThan(3)
      expect(field.meta.description.length, field.path).toBeGreaterThan(10)
      expect(field.fallback, field.path).not.toBeUndefined()
    }
  })

  it('names variables in upper snake case', () => {
    const envs = FIELDS.map(field => field.env)
    expect(envs).toContain('ARTERIAL_LIMITS_MAX_FUTURE_S')
    expect(envs).toContain('ARTERIAL_CITY_DISTRICT_FREE_FLOW_KMH')
    expect(new Set(envs).size).toBe(envs.length)
  })
})
