import type { AlertDelivery, AlertRule } from '../../serve/alerts/index.ts'
import type { Delivery } from './delivery/delivery.ts'
import { headlineOf } from './delivery/message.ts'
import { wordsOf } from './rules.ts'
import type { RuleSettings } from './rules.ts'

const instant = (ms: number) => new Date(ms).toISOString()
const maybe = (ms: number | null) => (ms === null ? null : instant(ms))

/** A rule as the API tells it. */
export function ruleAnswer(rule: RuleSettings, deliveries: readonly Delivery[]): AlertRule {
  const count = (state: Delivery['state']) =>
    deliveries.filter(one => one.state === state && one.alert.rule === rule.name).length
  return {
    ...{ name: rule.name, about: rule.problems ? 'problems' : 'incidents', says: wordsOf(rule) },
    targets: [...rule.targets],
    ...{ waiting: count('waiting'), delivered: count('delivered'), given_up: count('given up') },
  }
}

/** A delivery as the API tells it. */
export function deliveryAnswer(delivery: Delivery): AlertDelivery {
  const { id, alert, target, recipient, state, attempts, reason } = delivery
  return {
    ...{ delivery_id: id, alert_id: alert.alertId, rule: alert.rule, target, recipient, kind: alert.kind },
    change: alert.kind === 'incident' ? alert.change : null,
    incident_id: alert.kind === 'incident' ? alert.incident.incidentId : null,
    problem: alert.kind === 'problem' ? alert.problem.code : null,
    ...{ headline: headlineOf(alert), state, created_at: instant(delivery.createdAtMs), attempts },
    tries: delivery.tries.map(({ atMs, status, says }) => ({ at: instant(atMs), status, says })),
    ...{ next_at: maybe(delivery.nextMs), ended_at: maybe(delivery.endedAtMs), reason },
  }
}
