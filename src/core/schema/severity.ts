/** How bad an incident is, in the words of the Common Alerting Protocol (OASIS CAP 1.2, `severity`); lowest first. */
export const SEVERITIES = ['minor', 'moderate', 'severe'] as const
export type Severity = (typeof SEVERITIES)[number]

/** From 0, the least. */
export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}
