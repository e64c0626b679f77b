import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import type { IncidentRule, ProblemRule } from '../../insight/alerts/index.ts'
import { INCIDENT_TYPES } from '../../insight/incidents/index.ts'

export type RuleSettings = Config['alerts']['rules'][number]

/**
 * The rules about incidents.
 * @param communities names of all that are known
 * @throws {ConfigError} naming every type and community that there is not: such a rule would never be told anything
 */
export function incidentRules(
  rules: readonly RuleSettings[],
  communities: readonly string[],
): IncidentRule[] {
  const wrong = rules.flatMap(rule => [
    ...unknown(rule, 'type', rule.types, INCIDENT_TYPES, INCIDENT_TYPES.join(', ')),
    ...unknown(rule, 'community', rule.communities, communities, knownCommunities(communities)),
  ])
  if (wrong.length > 0)
    throw new ConfigError(`The configuration has rules of alerts with mistakes:\n${wrong.join('\n')}`)
  return rules
    .filter(({ problems }) => !problems)
    .map(rule => ({
      ...rule,
      types: rule.types?.map(one => one.toLowerCase()) ?? null,
      quadrants: rule.quadrants?.map(one => one.toUpperCase()) ?? null,
    }))
}

function unknown(
  { name }: RuleSettings,
  what: string,
  named: readonly string[] | null,
  known: readonly string[],
  allowed: string,
): string[] {
  const there = new Set(known.map(one => one.toLowerCase()))
  return (named ?? [])
    .filter(one => !there.has(one.toLowerCase()))
    .map(one => `  alerts.rules "${name}": there is no ${what} "${one}"; allowed: ${allowed}`)
}

function knownCommunities(communities: readonly string[]): string {
  const [first] = communities
  return first === undefined
    ? 'none, as no communities are known'
    : `one of the ${communities.length} communities that are known, such as ${first}`
}

export function problemRules(rules: readonly RuleSettings[]): ProblemRule[] {
  return rules.filter(({ problems }) => problems)
}

/** What a rule is about, in words. */
export function wordsOf(rule: RuleSettings): string {
  const { types, severity, communities, quadrants, circle, polygon, problems, codes } = rule
  if (problems) return codes === null ? 'every problem' : `problems: ${codes.join(', ')}`
  const parts = [
    types?.join(', ') ?? null,
    severity === null ? null : `at least ${severity}`,
    communities === null ? null : `in ${communities.join(', ')}`,
    quadrants === null ? null : `in ${quadrants.join(', ')}`,
    circle === null ? null : `within ${circle.radiusM} m of ${circle.latitude}, ${circle.longitude}`,
    polygon === null ? null : `in a polygon of ${polygon.length} corners`,
  ].filter(part => part !== null)
  return parts.length === 0 ? 'every incident' : `incidents: ${parts.join('; ')}`
}
