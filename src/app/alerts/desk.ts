import type { Config } from '../../core/config/index.ts'
import { HOUR_MS } from '../../core/time/spans.ts'
import { alertIdOf } from '../../insight/alerts/index.ts'
import type { AlertList } from '../../serve/alerts/index.ts'
import type { Alert } from './delivery/alert.ts'
import { deliveryAnswer, ruleAnswer } from './answers.ts'
import { afterTry, givenUp, newDelivery } from './delivery/delivery.ts'
import type { Delivery } from './delivery/delivery.ts'
import type { DeliveryBook } from './delivery/delivery-book.ts'
import type { Send } from './delivery/dispatcher.ts'

export interface DeskDeps {
  readonly settings: Pick<Config['alerts'], 'rules' | 'targets' | 'maxAgeHours'>
  readonly book: DeliveryBook
  /** By target. */
  readonly senders: ReadonlyMap<string, Send>
  readonly now: () => number
}

/** Makes deliveries of alerts, and says what became of them. */
export class AlertDesk implements AlertList {
  readonly #deps: DeskDeps

  constructor(deps: DeskDeps) {
    this.#deps = deps
  }

  /** Durable when it resolves; what was noted before is not noted again. */
  async note(alerts: readonly Alert[]): Promise<void> {
    const { book, now, settings } = this.#deps
    const deliveries = alerts.flatMap(alert => this.#deliveriesOf(alert))
    // It arrived while nobody looked: by now it is the past.
    const isPast = ({ alert }: Delivery) =>
      alert.kind === 'incident' && now() - alert.arrivedAtMs > settings.maxAgeHours * HOUR_MS
    await book.add(
      deliveries.map(one =>
        isPast(one) ? givenUp(one, 'it arrived too long ago, while alerts did not run', now()) : one,
      ),
    )
  }

  /** Gives up what waits for a target that the settings have no more. */
  async giveUpOrphans(): Promise<void> {
    const { book, senders, now } = this.#deps
    for (const one of book.list())
      if (one.state === 'waiting' && !senders.has(one.target))
        await book.put(givenUp(one, 'its target is no longer in the settings', now()))
  }

  rules(): ReturnType<AlertList['rules']> {
    const all = this.#deps.book.list()
    return this.#deps.settings.rules.map(rule => ruleAnswer(rule, all))
  }

  deliveries(): ReturnType<AlertList['deliveries']> {
    return this.#deps.book.list().map(deliveryAnswer)
  }

  async test(rule: string, signal: AbortSignal): ReturnType<AlertList['test']> {
    const { settings, senders, book, now } = this.#deps
    if (!settings.rules.some(({ name }) => name === rule)) return null
    const alert: Alert = { kind: 'test', alertId: alertIdOf(['test', rule, now()]), rule }
    const tried = await Promise.all(
      this.#deliveriesOf(alert).map(async delivery => {
        const outcome = await senders.get(delivery.target)?.(delivery, signal)
        if (outcome === undefined) return delivery
        // A test is made once.
        return afterTry(delivery, outcome, now(), { giveUpMs: 0, random: () => 0.5 })
      }),
    )
    for (const one of tried) await book.put(one)
    return tried.map(deliveryAnswer)
  }

  #deliveriesOf(alert: Alert): Delivery[] {
    const { settings, now } = this.#deps
    const rule = settings.rules.find(({ name }) => name === alert.rule)
    const targets = settings.targets.filter(({ name }) => rule?.targets.includes(name))
    return targets.flatMap(({ name, kind, to }) =>
      kind === 'webhook'
        ? [newDelivery(alert, name, null, now())]
        : [...new Set(to)].map(recipient => newDelivery(alert, name, recipient, now())),
    )
  }
}
