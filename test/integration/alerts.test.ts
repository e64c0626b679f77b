import { readFile, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { seal, unseal } from '../../src/core/disk/sealed-json.ts'
import type { AlertDelivery } from '../../src/serve/alerts/index.ts'
import type { Job, Status } from '../../src/serve/contract/index.ts'
import { mailServer } from '../app/alerts/delivery/mail-server.ts'
import { folder } from '../app/alerts/delivery/room.ts'
import { shows, TYPES } from '../app/datasets/dataset-room.ts'
import { localServer } from '../core/outbound/local-server.ts'
import { ServerProcess } from '../crash/server-process.ts'
import { Portal } from '../sources/socrata/portal.ts'

const BELTLINE =
  'name,comm_code,the_geom\nBELTLINE,BLN,"POLYGON ((-114.1 51, -114 51, -114 51.1, -114.1 51.1, -114.1 51))"\n'

/** A report of now, which the rule is about. */
function report(id: string, over: object = {}) {
  const at = new Date().toISOString()
  return {
    ...{ incident_id: id, has_source_id: true, updated_at: at, modified_known: true, started_at: at },
    ...{ utc_offset_min: -420, title: 'Macleod Trail and 12 Avenue SE', quadrant: 'SE' },
    description: 'Incident involving a pedestrian. Blocking the right lane',
    ...{ latitude: 51.04, longitude: -114.06 },
    ...over,
  }
}

/** A receiver that answers as it is told to, and keeps what it was sent. */
async function receiver() {
  const got: { id: unknown; incident: unknown; problem: unknown; answered: number }[] = []
  const state = { status: 503 }
  const { url } = await localServer((request, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { incident, problem } = JSON.parse(Buffer.concat(chunks).toString()) as {
        incident?: { incident_id: string }
        problem?: object
      }
      const id = request.headers['x-arterial-delivery']
      got.push({ id, incident: incident?.incident_id, problem, answered: state.status })
      response.writeHead(state.status).end()
    })
  })
  return { url: `${url}/hook`, got, state }
}

async function started(dir: string): Promise<{ server: ServerProcess; url: string }> {
  const server = new ServerProcess(dir, join(dir, 'data', 'city'))
  onTestFinished(async () => {
    server.kill()
    await server.gone()
  })
  return { server, url: await server.ready }
}

const ask = async <T>(url: string) => (await (await fetch(url)).json()) as T
const deliveries = async (url: string, about: AlertDelivery['kind'] = 'incident') => {
  const { items } = await ask<{ items: AlertDelivery[] }>(`${url}/v1/alerts/deliveries`)
  return items.filter(({ kind }) => kind === about)
}

async function send(url: string, reports: readonly object[]): Promise<void> {
  const body = reports.map(one => JSON.stringify(one)).join('\n')
  const answer = await fetch(`${url}/v1/incidents`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  })
  expect(await answer.json()).toMatchObject({ accepted: reports.length })
}

/** A dataset that is brought once a year. */
const dataset = (name: string, url: string) => ({
  ...{ name, address: `${url}/resource/abcd-1234.csv`, cron: '0 0 1 1 *', zone: 'UTC' },
  ...{ stream: 'events', constants: { kind: 'concert', status: 'confirmed' } },
  mapping: {
    format: 'json',
    fields: {
      ...{ event_id: 'key', title: 'title', updated_at: 'changed', starts_at: 'begins', ends_at: 'begins' },
    },
  },
})

/** A portal that keeps whoever asks waiting, until it is let go. */
async function hangingPortal() {
  const portal = await new Portal().start()
  onTestFinished(() => portal.stop())
  const held = Promise.withResolvers<boolean>()
  portal.types = TYPES
  portal.rows = shows(3)
  portal.misbehaves = () => held.promise
  return { portal, letGo: () => held.resolve(false) }
}

/** A file of the program with a seal, between two of its runs. */
async function changeSealed(path: string, change: (value: object) => object): Promise<void> {
  const { value } = unseal(await readFile(path, 'utf8'))
  await writeFile(path, seal(change(value as object)))
}

const jobOf = async (url: string, name: string) =>
  (await ask<{ items: Job[] }>(`${url}/v1/jobs`)).items.find(job => job.name === name)
const HOURS_MS = 3_600_000

const PATIENT = { timeout: 600_000, interval: 200 }

it('an incident that a rule is about is told once to its webhook and its mail address, over a kill and a new start', async () => {
  const dir = await folder()
  const hook = await receiver()
  const mails = await mailServer()
  // One has its dataset no more, the other answers nobody.
  const gone = await localServer((_request, response) => void response.writeHead(404).end())
  const hanging = await hangingPortal()
  const office = await receiver()
  office.state.status = 204
  await writeFile(join(dir, 'communities.csv'), BELTLINE)
  const config = {
    city: { name: 'Calgary', timeZone: 'America/Edmonton' },
    limits: { minFreeDiskBytes: 0 },
    incidents: { communities: 'communities.csv' },
    polling: { allowAddresses: ['127.0.0.1'] },
    jobs: {
      datasets: [dataset('gone', gone.url), { ...dataset('slow', hanging.portal.origin), timeoutS: 600 }],
    },
    alerts: {
      allowAddresses: ['127.0.0.1'],
      ...{ mailHost: '127.0.0.1', mailPort: mails.port, mailTls: 'off' },
      targets: [
        { name: 'ops', kind: 'webhook', url: hook.url },
        { name: 'duty', kind: 'email', to: ['duty@city.example'] },
        { name: 'office', kind: 'webhook', url: office.url },
      ],
      rules: [
        {
          ...{ name: 'crashes', targets: ['ops', 'duty'], types: ['pedestrian'], severity: 'severe' },
          communities: ['Beltline'],
        },
        { name: 'work', targets: ['duty'], problems: true, codes: ['jobs:gone'] },
        { name: 'late', targets: ['office'], problems: true, codes: ['jobs:slow'] },
      ],
    },
  }
  // YAML is a superset of JSON.
  await writeFile(join(dir, 'arterial.yaml'), JSON.stringify(config))

  const first = await started(dir)
  const crash = report('2026-a')
  await send(first.url, [
    report('other-type', { latitude: 51.08, description: 'Stalled vehicle.' }),
    report('other-area', { latitude: 51.3 }),
    crash,
  ])
  // The mail is through; the webhook says no, and waits.
  await expect
    .poll(
      async () =>
        (await deliveries(first.url))
          .map(({ target, state, attempts }) => `${target} ${state} ${attempts}`)
          .sort(),
      PATIENT,
    )
    .toEqual(['duty delivered 1', 'ops waiting 1'])
  const waiting = (await deliveries(first.url)).find(({ target }) => target === 'ops')
  expect(waiting).toMatchObject({
    ...{ rule: 'crashes', incident_id: '2026-a', change: 'new', reason: null },
    headline: 'severe: pedestrian, Macleod Trail and 12 Avenue SE',
    tries: [{ status: 503, says: 'answered 503' }],
    next_at: expect.any(String) as string,
  })
  await expect.poll(async () => (await jobOf(first.url, 'slow'))?.state, PATIENT).toBe('running')
  first.server.kill()
  await first.server.gone()
  // The download that never ends has been owed for two hours.
  const state = join(dir, 'data', 'city', 'jobs', 'slow', 'state.json')
  await changeSealed(state, job => ({ ...job, owedMs: Date.now() - 2 * HOURS_MS }))

  hook.state.status = 204
  const second = await started(dir)
  await send(second.url, [crash, report('2026-b', { latitude: 51.09 })])
  await expect
    .poll(
      async () => (await deliveries(second.url)).filter(({ state }) => state === 'delivered').length,
      PATIENT,
    )
    .toBe(4)
  const all = await deliveries(second.url)
  expect(all).toHaveLength(4)
  const retried = all.find(({ delivery_id: id }) => id === waiting?.delivery_id)
  expect(retried?.tries.map(({ status }) => status)).toEqual([503, 204])
  const taken = hook.got.filter(({ answered }) => answered === 204)
  expect(taken.map(({ incident }) => incident).sort()).toEqual(['2026-a', '2026-b'])
  expect(new Set(hook.got.filter(({ incident }) => incident === '2026-a').map(({ id }) => id)).size).toBe(1)
  const mailsWith = (words: string) => mails.got.filter(({ text }) => text.includes(words))
  expect(mailsWith('Incident: ')).toHaveLength(2)
  expect(mailsWith('Incident: 2026-a')).toMatchObject([{ to: ['duty@city.example'] }])

  // The feeds tell of the record, in which each event stands once.
  await expect
    .poll(async () => {
      const { features } = await ask<{ features: { id: string }[] }>(`${second.url}/v1/incidents.geojson`)
      return features.map(({ id }) => id).sort()
    }, PATIENT)
    .toEqual(['2026-a', '2026-b', 'other-area', 'other-type'])
  expect(await (await fetch(`${second.url}/v1/incidents.rss`)).text()).toContain(
    '<guid isPermaLink="false">2026-a</guid>',
  )
  // A job that fails is told when that has lasted a minute.
  const ofProblems = async () =>
    (await deliveries(second.url, 'problem')).toSorted((a, b) => a.target.localeCompare(b.target))
  const toldOnce = [
    { rule: 'work', target: 'duty', problem: 'jobs:gone', state: 'delivered' },
    { rule: 'late', target: 'office', problem: 'jobs:slow', state: 'delivered', attempts: 1 },
  ]
  await expect.poll(ofProblems, PATIENT).toMatchObject(toldOnce)
  expect(mailsWith('The job gone fails')).toHaveLength(1)
  expect(await jobOf(second.url, 'slow')).toMatchObject({ state: 'running', late: true })
  const { problems } = await ask<Status>(`${second.url}/v1/status`)
  expect(office.got.map(({ problem }) => problem)).toEqual(
    problems.filter(({ code }) => code === 'jobs:slow'),
  )
  expect(office.got).toMatchObject([
    { problem: { message: expect.stringContaining('The job slow is late') as string } },
  ])

  // That it is over ends the problem, and is told nobody.
  hanging.letGo()
  await expect
    .poll(() => jobOf(second.url, 'slow'), PATIENT)
    .toMatchObject({ state: 'waiting', late: false, last_run: { state: 'succeeded', sent: 3 } })
  const watched = async () => {
    const text = await readFile(join(dir, 'data', 'city', 'alerts', 'problems.json'), 'utf8')
    const { known } = unseal(text).value as { known: Record<string, { goneSinceMs: number | null }> }
    return known['jobs:slow']?.goneSinceMs
  }
  await expect.poll(watched, PATIENT).toEqual(expect.any(Number))
  expect((await ask<Status>(`${second.url}/v1/status`)).problems.map(({ code }) => code)).not.toContain(
    'jobs:slow',
  )
  expect(await ofProblems()).toMatchObject(toldOnce)
  expect(office.got).toHaveLength(1)
  await second.server.stop()
})
