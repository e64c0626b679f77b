import { describe, expect, it } from 'vitest'
import type { SitePartial } from '../../../src/core/live.ts'
import { LiveChange, LiveSnapshot } from '../../../src/serve/contract/index.ts'
import { LiveHub } from '../../../src/serve/live/index.ts'
import type { Listener } from '../../../src/serve/live/audience.ts'
import { status } from '../fake-deps.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 1, 12)

const partial = (site: string, minute: number, over: Partial<SitePartial> = {}): SitePartial => ({
  site,
  minuteMs: START + minute * MINUTE,
  readings: 1,
  vehicles: 10,
  speedSum: 300,
  speedWeight: 10,
  waitSumS: 30,
  waitCount: 1,
  occupancySum: 0.2,
  occupancyCount: 1,
  maxQueueVeh: 4,
  lastAtMs: START + minute * MINUTE + 30_000,
  signal: 'green',
  ...over,
})

function hubAt(clock = { ms: START }) {
  return { clock, hub: new LiveHub({ now: () => clock.ms, status: () => status, epoch: 'e1' }) }
}

function listener(waitingBytes = 0) {
  const got: { event: string; id: string; data: LiveSnapshot & LiveChange }[] = []
  const self = {
    waitingBytes,
    ended: false,
    got,
    write(event: Buffer) {
      const [, name = '', id = '', data = ''] =
        /^event: (\w+)\nid: (\S+)\ndata: (.*)\n\n$/.exec(event.toString()) ?? []
      got.push({ event: name, id, data: JSON.parse(data) as LiveSnapshot & LiveChange })
    },
    end() {
      self.ended = true
    },
  }
  return self satisfies Listener & Record<string, unknown>
}

const apply = (hub: LiveHub, ...partials: SitePartial[]) => hub.apply({ partials, readings: partials.length })

describe('a site', () => {
  it('shows its last five minutes, whatever parts they came in', () => {
    const { hub } = hubAt()
    apply(
      hub,
      partial('A', 0),
      partial('A', 1),
      partial('A', 1, { speedSum: 700, waitSumS: 100, maxQueueVeh: 9 }),
    )
    expect(hub.snapshot().sites).toEqual([
      {
        id: 'A',
        at: START + MINUTE + 30_000,
        vehicles: 30,
        speedKmh: 43.33,
        waitS: 53.3,
        queueVeh: 9,
        occupancy: 0.2,
        grade: 'D',
        signal: 'green',
      },
    ])
  })

  it('forgets what is older than five minutes before its own newest', () => {
    const { hub } = hubAt()
    apply(hub, partial('A', 0), partial('A', 4))
    expect(hub.snapshot().sites[0]?.vehicles).toBe(20)
    apply(hub, partial('A', 5))
    expect(hub.snapshot().sites[0]?.vehicles).toBe(20)
    apply(hub, partial('A', 20))
    expect(hub.snapshot().sites[0]?.vehicles).toBe(10)
  })

  it('does not change by what comes too late, but by what is only a little late', () => {
    const { hub } = hubAt()
    apply(hub, partial('A', 10))
    hub.tick()
    const one = listener()
    hub.connect(one, null)
    apply(hub, partial('A', 5))
    hub.tick()
    expect(one.got.at(-1)?.data.sites).toEqual([])
    apply(hub, partial('A', 6, { signal: 'red' }))
    hub.tick()
    expect(one.got.at(-1)?.data.sites[0]).toMatchObject({ vehicles: 20, signal: 'green' })
  })

  it('has null for what no reading carried', () => {
    const { hub } = hubAt()
    apply(
      hub,
      partial('A', 0, {
        vehicles: null,
        waitSumS: 0,
        waitCount: 0,
        occupancyCount: 0,
        speedSum: 0,
        speedWeight: 0,
        maxQueueVeh: null,
        signal: null,
      }),
    )
    expect(hub.snapshot().sites[0]).toMatchObject({
      vehicles: null,
      speedKmh: null,
      waitS: null,
      queueVeh: null,
      occupancy: null,
      grade: null,
      signal: null,
    })
  })

  it.each([
    [10, 'A'],
    [10.1, 'B'],
    [20, 'B'],
    [35, 'C'],
    [55, 'D'],
    [80, 'E'],
    [80.1, 'F'],
  ])('with a mean wait of %d s has grade %s', (waitSumS, grade) => {
    const { hub } = hubAt()
    apply(hub, partial('A', 0, { waitSumS }))
    expect(hub.snapshot().sites[0]?.grade).toBe(grade)
  })
})

describe('the city', () => {
  it('weighs speed by vehicles and leaves out sites that are silent', () => {
    const { hub } = hubAt()
    apply(
      hub,
      partial('A', 60, { speedSum: 600, speedWeight: 20 }),
      partial('B', 60, { speedSum: 600, speedWeight: 10 }),
    )
    apply(hub, partial('silent', 40))
    expect(hub.snapshot().city).toMatchObject({
      at: START + 60 * MINUTE + 30_000,
      vehicles: 20,
      meanSpeedKmh: 40,
      sitesReporting: 2,
      sitesKnown: 3,
    })
    hub.setKnownSites(100)
    expect(hub.snapshot().city.sitesKnown).toBe(100)
  })

  it('is empty before the first reading', () => {
    expect(hubAt().hub.snapshot().city).toEqual({
      at: null,
      vehicles: null,
      meanSpeedKmh: null,
      readingsPerMin: 0,
      sitesReporting: 0,
      sitesKnown: 0,
    })
  })

  it('counts readings by our own clock over the last minute, and not those it began with', () => {
    const { hub, clock } = hubAt()
    hub.load([partial('A', 0)])
    for (let second = 0; second < 120; second++) {
      clock.ms = START + second * 1000
      hub.apply({ partials: [], readings: 7 })
    }
    expect(hub.snapshot().city.readingsPerMin).toBe(420)
    clock.ms += 30_000
    expect(hub.snapshot().city.readingsPerMin).toBe(210)
    clock.ms += 3_600_000
    expect(hub.snapshot().city.readingsPerMin).toBe(0)
  })
})

describe('a listener', () => {
  it('gets a snapshot, then each tick the sites that changed, all by the contract', () => {
    const { hub } = hubAt()
    apply(hub, partial('A', 0), partial('B', 0))
    const one = listener()
    hub.connect(one, null)
    hub.tick()
    apply(hub, partial('B', 1))
    hub.tick()
    expect(one.got.map(({ event, id }) => [event, id])).toEqual([
      ['snapshot', 'e1:0'],
      ['change', 'e1:1'],
      ['change', 'e1:2'],
    ])
    LiveSnapshot.parse(one.got[0]?.data)
    LiveChange.parse(one.got[2]?.data)
    expect(one.got[2]?.data.sites.map(({ id }) => id)).toEqual(['B'])
  })

  it('gets districts when they changed, and only then', () => {
    const { hub } = hubAt()
    const one = listener()
    hub.connect(one, null)
    hub.setDistricts([])
    hub.tick()
    expect(one.got[1]?.data).not.toHaveProperty('districts')
    hub.setDistricts([district(1)])
    hub.tick()
    expect(one.got[2]?.data.districts).toEqual([district(1)])
    hub.setDistricts([district(1)])
    hub.tick()
    expect(one.got[3]?.data).not.toHaveProperty('districts')
  })

  it('that comes back gets each site it missed once, with its present state', () => {
    const { hub } = hubAt()
    const first = listener()
    const leave = hub.connect(first, null)
    apply(hub, partial('A', 0), partial('B', 0), partial('C', 0))
    hub.tick()
    leave()
    apply(hub, partial('A', 1))
    hub.tick()
    apply(hub, partial('A', 2), partial('B', 1))
    hub.tick()
    const again = listener()
    hub.connect(again, first.got.at(-1)!.id)
    expect(again.got.map(({ event, id }) => [event, id])).toEqual([['change', 'e1:3']])
    expect(again.got[0]?.data.sites.map(({ id, vehicles }) => [id, vehicles])).toEqual([
      ['A', 30],
      ['B', 20],
    ])
  })

  it('misses nothing that came between the last tick and its return', () => {
    const { hub } = hubAt()
    hub.tick()
    apply(hub, partial('A', 0))
    const one = listener()
    hub.connect(one, 'e1:1')
    hub.tick()
    expect(one.got.flatMap(({ data }) => data.sites.map(({ id }) => id))).toContain('A')
  })

  it.each(['e0:0', 'e1:99', 'e1:-1', 'e1:', 'e1:1.5', '', 'nonsense', 'e1:0:0x'])(
    'with the foreign event id %j gets a snapshot',
    id => {
      const { hub } = hubAt()
      const one = listener()
      hub.connect(one, id)
      expect(one.got[0]?.event).toBe('snapshot')
    },
  )

  it('that was away for too long gets a snapshot', () => {
    const { hub } = hubAt()
    for (let i = 0; i < 700; i++) hub.tick()
    const one = listener()
    hub.connect(one, 'e1:1')
    expect(one.got[0]?.event).toBe('snapshot')
  })

  it('that is too slow misses changes and gets a snapshot when it has caught up; the others miss nothing', () => {
    const { hub } = hubAt()
    const slow = listener()
    const quick = listener()
    hub.connect(slow, null)
    hub.connect(quick, null)
    slow.waitingBytes = 2 * 1024 * 1024
    hub.tick()
    hub.tick()
    expect([slow.got.length, quick.got.length]).toEqual([1, 3])
    slow.waitingBytes = 1
    hub.tick()
    expect(slow.got.length).toBe(1)
    slow.waitingBytes = 0
    hub.tick()
    hub.tick()
    expect(slow.got.map(({ event }) => event)).toEqual(['snapshot', 'snapshot', 'change'])
    expect(quick.got.map(({ event }) => event)).toEqual([
      'snapshot',
      'change',
      'change',
      'change',
      'change',
      'change',
    ])
  })

  it('that takes nothing for a minute is let go', () => {
    const { hub, clock } = hubAt()
    const stuck = listener()
    hub.connect(stuck, null)
    stuck.waitingBytes = 2 * 1024 * 1024
    hub.tick()
    clock.ms += 61_000
    hub.tick()
    expect([stuck.ended, hub.clients]).toEqual([true, 0])
  })

  it('is ended when the hub stops', () => {
    const { hub } = hubAt()
    const one = listener()
    hub.connect(one, null)
    hub.stop()
    expect([one.ended, hub.clients]).toEqual([true, 0])
  })
})

describe('a hub of very many sites', () => {
  it('stays bounded and keeps those that report', () => {
    const { hub } = hubAt()
    hub.load(Array.from({ length: 25_000 }, (_, i) => partial(`S${i}`, i)))
    const { sites } = hub.snapshot()
    expect(sites.length).toBeLessThanOrEqual(20_000)
    expect(sites.at(-1)?.id).toBe('S24999')
    expect(sites.some(({ id }) => id === 'S0')).toBe(false)
  })
})

function district(readings: number) {
  return {
    window_start: '2026-03-01T12:00:00Z',
    district: 'downtown',
    readings,
    sensors: 1,
    vehicles: 1,
    mean_speed_kmh: 30,
    space_mean_speed_kmh: 29,
    mean_occupancy: null,
    max_occupancy: null,
    mean_wait_s: null,
    max_queue_veh: null,
    vehicles_car: null,
    vehicles_truck: null,
    vehicles_motorcycle: null,
    vehicles_bus: null,
    completeness: 1,
    free_flow_speed_kmh: 50,
    speed_index: 0.6,
    share_sites_ef: null,
    idle_veh_h: null,
  }
}
