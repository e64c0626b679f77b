import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CROSSING } from '../../../sources/networks/net.ts'
import { arterial, Stage } from '../fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
  writeFileSync(join(stage.cwd, 'city.net.xml'), CROSSING)
})
afterEach(() => stage.close())

it('tells people what is kept, dropped and guessed', async () => {
  const { code, stdout } = await arterial(stage, ['network', 'check', 'city.net.xml'])
  expect(code).toBe(0)
  expect(stdout).toContain('city.net.xml: network of SUMO')
  expect(stdout).toMatch(/nodes\s+4, at 3 of which streets enter or leave/)
  expect(stdout).toMatch(/links\s+6 with 7 lanes, 0.5 km/)
  expect(stdout).toContain('1 movements that never have green: EC > CS')
})

it('tells programs the same', async () => {
  const { stdout } = await arterial(stage, ['network', 'check', 'city.net.xml', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    file: 'city.net.xml',
    format: 'sumo',
    kept: { links: 6 },
    guessed: [],
  })
})

it('says of a file that is none what is wrong, and which', async () => {
  const gone = await arterial(stage, ['network', 'check', 'none.net.xml'])
  expect([gone.code, gone.stderr]).toEqual([
    2,
    expect.stringContaining("none.net.xml can't be read (ENOENT)"),
  ])
  writeFileSync(join(stage.cwd, 'routes.xml'), '<routes/>')
  const routes = await arterial(stage, ['network', 'check', 'routes.xml'])
  expect([routes.code, routes.stderr]).toEqual([2, expect.stringContaining('begins with <routes>')])
})
