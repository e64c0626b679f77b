import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { afterTry, newDelivery } from '../../../../src/app/alerts/delivery/delivery.ts'
import type { Delivery } from '../../../../src/app/alerts/delivery/delivery.ts'
import { DeliveryBook } from '../../../../src/app/alerts/delivery/delivery-book.ts'
import { folder, incidentAlert, problemAlert, testAlert } from './room.ts'

const open = (dir: string, keep = 10) => DeliveryBook.open({ dir, keep, now: () => 0 })
const made = (n: number) => newDelivery(testAlert('r', n), 'ops', null, n)
const taken = (delivery: Delivery) =>
  afterTry(delivery, { result: 'delivered', status: 200, says: 'answered 200', retryAfterS: null }, 99, {
    giveUpMs: 0,
    random: () => 0,
  })

describe('the book of deliveries', () => {
  it('has all of them after a restart as they were', async () => {
    const dir = await folder()
    const book = await open(dir)
    const all = [incidentAlert, problemAlert, testAlert('r')].map((alert, i) =>
      newDelivery(alert, 'ops', null, i),
    )
    await book.add(all)
    await book.put(taken(all[1]!))
    const again = await open(dir)
    expect(again.list()).toEqual([all[2], taken(all[1]!), all[0]])
    expect(again.waiting('ops').map(({ id }) => id)).toEqual([all[0]!.id, all[2]!.id])
    expect(again.waiting('duty')).toEqual([])
  })

  it('adds nothing twice, finished or not', async () => {
    const dir = await folder()
    const book = await open(dir)
    await book.add([made(1)])
    await book.put(taken(made(1)))
    await book.add([made(1)])
    expect(book.list()).toEqual([taken(made(1))])
    expect((await open(dir)).list()).toEqual([taken(made(1))])
  })

  it('forgets the oldest finished ones, and none that waits', async () => {
    const dir = await folder()
    const book = await open(dir, 2)
    await book.add([0, 1, 2, 3, 4].map(made))
    for (const n of [1, 2, 3]) await book.put(taken(made(n)))
    const kept = [4, 3, 2, 0].map(n => made(n).id)
    expect(book.list().map(({ id }) => id)).toEqual(kept)
    expect((await open(dir, 2)).list().map(({ id }) => id)).toEqual(kept)
    expect(await readdir(dir)).toHaveLength(4)
  })

  it('puts a damaged file aside and says so', async () => {
    const dir = await folder()
    await (await open(dir)).add([made(1), made(2)])
    await writeFile(join(dir, `${made(1).id}.json`), '{"id":')
    const again = await open(dir)
    expect(again.list()).toEqual([made(2)])
    expect(again.damaged).toEqual([`${made(1).id}.json.damaged`])
    expect(await readdir(dir)).toContain(`${made(1).id}.json.damaged`)
  })

  it('gives up at once what comes when far too many wait', async () => {
    const book = await DeliveryBook.open({ dir: await folder(), keep: 10, mostWaiting: 2, now: () => 5 })
    await book.add([1, 2, 3].map(made))
    expect(book.list()[0]).toMatchObject({
      ...{ id: made(3).id, state: 'given up', endedAtMs: 5 },
      reason: '2 deliveries wait already; make the rules narrower',
    })
    await book.put(taken(made(1)))
    await book.add([made(4)])
    expect(book.waiting('ops').map(({ id }) => id)).toEqual([made(2).id, made(4).id])
  })
})
