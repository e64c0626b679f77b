import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openPublicDoor, type PublicDoorDeps } from '../../../../src/app/doors/beside/public.ts'
import { shutDown, type ShutdownSteps } from '../../../../src/app/shutdown-steps.ts'
import { RequestTimes } from '../../../../src/serve/request-times.ts'
import { loadConfig } from '../../../../src/core/config/index.ts'

const readers = { page: { query: () => Promise.resolve([]) } } as unknown as PublicDoorDeps['lake']['readers']

function open(port: number | null) {
  const undo: ShutdownSteps = []
  onTestFinished(() => shutDown(undo))
  const config = loadConfig({ env: {}, cwd: '/', flags: port === null ? {} : { 'public.port': port } })
  return openPublicDoor(
    {
      ...{ config, lake: { readers }, requests: new RequestTimes() },
      incidents: { places: { communities: [], signals: [] }, version: () => 0 },
    },
    undo,
  )
}

describe('the door for citizens', () => {
  it('is not there unless it is wanted', async () => {
    expect(await open(null)).toBeNull()
    const url = await open(0)
    expect((await fetch(`${url ?? ''}/v1/incidents.geojson`)).status).toBe(200)
    expect((await fetch(`${url ?? ''}/v1/status`)).status).toBe(404)
  })

  it('says which setting is wrong when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(done => other.once('listening', done))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    await expect(open(port)).rejects.toThrow(
      `public.port: ${port} of 127.0.0.1 is taken by another program; allowed: another one, or null.`,
    )
  })
})
