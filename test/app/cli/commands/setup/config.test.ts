import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { arterial, Stage } from '../../fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

describe('config', () => {
  it('shows values, units and origins, and no secret', async () => {
    writeFileSync(join(stage.cwd, 'arterial.yaml'), 'server:\n  port: 8081\nlake: {password: "${env:PW}"}\n')
    const env = { PW: 'hunter2', ARTERIAL_CITY_NAME: 'Envtown' }
    const text = await arterial(stage, ['config', 'show'], { env })
    expect(text.stdout).toMatch(/server\.port +8081 +arterial\.yaml:2/)
    expect(text.stdout).toMatch(/city\.name +Envtown +ARTERIAL_CITY_NAME/)
    expect(text.stdout).toMatch(/retention\.log +forever/)
    const json = await arterial(stage, ['config', 'show', '--json'], { env })
    expect(JSON.parse(json.stdout)).toMatchObject({ server: { port: 8081 }, lake: { password: '***' } })
    expect(text.stdout + text.stderr + json.stdout + json.stderr).not.toContain('hunter2')
  })

  it('check lists every mistake and is 2', async () => {
    writeFileSync(join(stage.cwd, 'arterial.yaml'), 'server: {port: -1}\ncity: {units: x}\n')
    const { code, stdout } = await arterial(stage, ['config', 'check', '--json'])
    expect(code).toBe(2)
    const { ok, mistakes } = JSON.parse(stdout) as { ok: boolean; mistakes: { path: string }[] }
    expect([ok, mistakes.map(mistake => mistake.path).sort()]).toEqual([false, ['city.units', 'server.port']])
  })

  it('check is 0 without mistakes', async () => {
    expect(await arterial(stage, ['config', 'check'])).toMatchObject({ code: 0 })
  })

  it('finds a mapping, a preset and a cron expression that a start would refuse', async () => {
    const feeds = [
      '{name: a, url: "https://a.org/", preset: nws, cron: "61 * * * *"}',
      '{name: b, url: "https://a.org/", stream: weather, mapping: {format: json, fields: {station_id: id}}}',
      '{name: c, url: "https://a.org/", preset: nws}',
    ]
    const yaml = `polling:\n  feeds:\n${feeds.map(feed => `    - ${feed}\n`).join('')}`
    writeFileSync(join(stage.cwd, 'arterial.yaml'), yaml)
    const { code, stdout } = await arterial(stage, ['config', 'check', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      mistakes: [
        { path: 'polling.feeds "a"', message: expect.stringContaining('61') as string },
        { path: 'polling.feeds "b"', message: expect.stringContaining('timestamp') as string },
      ],
    })
    expect((await arterial(stage, ['config', 'check'])).stdout).toContain('polling.feeds "a"')
  })

  it('names the setting once', async () => {
    const yaml =
      "kafka: { outputs: [{ name: out, brokers: ['127.0.0.1:9092'], tls: off, topics: [{ topic: t, from: no.table, key: [a] }] }] }"
    writeFileSync(join(stage.cwd, 'arterial.yaml'), yaml)
    const { code, stdout } = await arterial(stage, ['config', 'check'])
    expect([code, stdout.split('kafka.outputs').length - 1]).toEqual([2, 1])
    expect(stdout).toContain('no.table is no table that SQL may read')
  })

  it('finds rules of alerts that nothing can ever be told by, and files of places that are not there', async () => {
    const alerts = {
      targets: [{ name: 'ops', kind: 'webhook', url: 'https://a.org/' }],
      rules: [{ name: 'r', targets: ['ops'], types: ['pedestrains'] }],
    }
    const check = async (settings: object) => {
      writeFileSync(join(stage.cwd, 'arterial.yaml'), JSON.stringify(settings))
      return arterial(stage, ['config', 'check'])
    }
    const { code, stdout } = await check({ alerts })
    expect([code, stdout]).toEqual([2, expect.stringContaining('there is no type "pedestrains"')])
    expect((await check({ incidents: { communities: 'none.csv' } })).stdout).toContain('none.csv can')
  })
})
