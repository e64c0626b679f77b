import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { newDelivery } from '../../../../src/app/alerts/delivery/delivery.ts'
import type { Delivery, Outcome } from '../../../../src/app/alerts/delivery/delivery.ts'
import { DeliveryBook } from '../../../../src/app/alerts/delivery/delivery-book.ts'
import { Dispatcher } from '../../../../src/app/alerts/delivery/dispatcher.ts'
import type { Send } from '../../../../src/app/alerts/delivery/dispatcher.ts'
import { HOUR_MS } from '../../../../src/core/time/spans.ts'
import { folder, testAlert } from './room.ts'

const ok: Outcome = { result: 'delivered', status: 200, says: 'answered 200', retryAfterS: null }
const failed: Outcome = { ...ok, result: 'failed', status: 500 }
const made = (target: string, n = 0) => newDelivery(testAlert('r', n), target, null, n)
const within = { timeout: 20_000 }

interface Setting {
  readonly dir: string
  readonly targets: Readonly<Record<string, Send>>
  readonly now?: () => number
}

async function started({ dir, targets, now = () => 10 }: Setting) {
  const book = await DeliveryBook.open({ dir, keep: 10, now })
  const faults: unknown[] = []
  const dispatcher = new Dispatcher({
    ...{ book, now, targets: new Map(Object.entries(targets)), onTried: () => undefined },
    plan: { giveUpMs: HOUR_MS, random: () => 0.5 },
    onFault: (_target, error) => faults.push(error),
  })
  onTestFinished(() => dispatcher.stop())
  dispatcher.start()
  return { book, dispatcher, faults }
}

describe('the dispatcher', () => {
  it('delivers what is added while it runs, and what waited before it started', async () => {
    const dir = await folder()
    const got: string[] = []
    const targets = { ops: async ({ id }: Delivery) => (got.push(id), ok) }
    await (await DeliveryBook.open({ dir, keep: 10, now: () => 0 })).add([made('ops', 1)])
    const { book, dispatcher } = await started({ dir, targets })
    await vi.waitFor(() => expect(book.waiting('ops')).toEqual([]), within)
    await book.add([made('ops', 2)])
    dispatcher.wake()
    await vi.waitFor(() => expect(book.waiting('ops')).toEqual([]), within)
    expect(got).toEqual([made('ops', 1).id, made('ops', 2).id])
  })

  it('serves each target for itself: one that hangs holds up no other', async () => {
    const dir = await folder()
    const hangs: Send = (_delivery, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
    const targets = { hanging: hangs, ops: async () => ok }
    await (await DeliveryBook.open({ dir, keep: 10, now: () => 0 })).add([made('hanging'), made('ops')])
    const { book } = await started({ dir, targets })
    await vi.waitFor(() => expect(book.waiting('ops')).toEqual([]), within)
    expect(book.waiting('hanging')).toEqual([made('hanging')])
  })

  it('tries again when its time has come, also after a restart, and not before', async () => {
    const dir = await folder()
    let nowMs = 10
    const first = await started({ dir, targets: { ops: async () => failed }, now: () => nowMs })
    await first.book.add([made('ops')])
    first.dispatcher.wake()
    await vi.waitFor(() => expect(first.book.waiting('ops')[0]?.attempts).toBe(1), within)
    await first.dispatcher.stop()

    const tries: number[] = []
    const targets = { ops: async () => (tries.push(nowMs), ok) }
    const second = await started({ dir, targets, now: () => nowMs })
    second.dispatcher.wake()
    expect(second.book.waiting('ops')[0]).toMatchObject({ attempts: 1, nextMs: 10_010 })
    nowMs = 10_010
    second.dispatcher.wake()
    await vi.waitFor(() => expect(second.book.list()[0]?.state).toBe('delivered'), within)
    expect(tries).toEqual([10_010])
  })

  it('leaves what was being tried when it stops as it was', async () => {
    const dir = await folder()
    let isAsked = false
    const hangs: Send = (_delivery, signal) => {
      isAsked = true
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped'))),
      )
    }
    const { book, dispatcher, faults } = await started({ dir, targets: { ops: hangs } })
    await book.add([made('ops')])
    dispatcher.wake()
    await vi.waitFor(() => expect(isAsked).toBe(true), within)
    await dispatcher.stop()
    expect(book.list()).toEqual([made('ops')])
    expect(faults).toEqual([])
  })

  it(
    'sends nothing again because the disk had no room to note it, and notes it once there is',
    {
      timeout: 60_000,
    },
    async () => {
      const dir = await folder()
      const { id } = made('ops')
      const sent: string[] = []
      const targets = { ops: async (one: Delivery) => (sent.push(one.id), ok) }
      const { book, dispatcher, faults } = await started({ dir, targets })
      await book.add([made('ops'), made('ops', 2)])
      // Where it would be written first is something else.
      const taken = join(dir, `${id}.json.new`)
      await mkdir(taken)
      dispatcher.wake()
      await vi.waitFor(() => expect(faults.length).toBeGreaterThan(2), { timeout: 50_000 })
      expect(sent.toSorted()).toEqual([id, made('ops', 2).id].toSorted())
      await rmdir(taken)
      const onDisk = async () =>
        (await DeliveryBook.open({ dir, keep: 10, now: () => 0 })).list().map(({ state }) => state)
      await vi.waitFor(async () => expect(await onDisk()).toEqual(['delivered', 'delivered']), {
        timeout: 50_000,
      })
      expect(sent).toHaveLength(2)
    },
  )

  it('names a fault and goes on', { timeout: 60_000 }, async () => {
    const dir = await folder()
    let asked = 0
    const targets = {
      ops: async () => {
        if (asked++ === 0) throw new Error('a bug')
        return ok
      },
    }
    const { book, dispatcher, faults } = await started({ dir, targets })
    await book.add([made('ops')])
    dispatcher.wake()
    await vi.waitFor(() => expect(book.list()[0]?.state).toBe('delivered'), { timeout: 50_000 })
    expect(faults).toEqual([new Error('a bug')])
  })
})
