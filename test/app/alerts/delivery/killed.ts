import { newDelivery } from '../../../../src/app/alerts/delivery/delivery.ts'
import { DeliveryBook } from '../../../../src/app/alerts/delivery/delivery-book.ts'
import { Dispatcher } from '../../../../src/app/alerts/delivery/dispatcher.ts'
import { webhook } from '../../../../src/app/alerts/delivery/webhook.ts'
import { Alert } from '../../../../src/app/alerts/delivery/alert.ts'

// Delivers one alert and is killed by whoever receives it.

const [dir = '', url = '', alert = ''] = process.argv.slice(2)
const book = await DeliveryBook.open({ dir, keep: 10, now: Date.now })
await book.add([newDelivery(Alert.parse(JSON.parse(alert)), 'ops', null, Date.now())])
const outbound = { allow: ['127.0.0.1'] }
const send = webhook({ url, secret: null, format: 'json' }, { city: 'Calgary', outbound, now: Date.now })
new Dispatcher({
  ...{ book, targets: new Map([['ops', send]]), now: Date.now, onTried: () => undefined },
  plan: { giveUpMs: 1e9, random: Math.random },
  onFault: (_target, error) => process.stderr.write(`${String(error)}\n`),
}).start()
setInterval(() => undefined, 1_000)
