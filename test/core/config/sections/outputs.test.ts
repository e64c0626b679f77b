import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeMistake, inspectConfig } from '../../../../src/core/config/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'outputs-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function inspected(outputs: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const list = outputs.map(output => `    - ${output}\n`).join('')
  writeFileSync(join(cwd, 'arterial.yaml'), `outputs:\n  databases:\n${list}`)
  const { config, mistakes } = inspectConfig({ cwd, env })
  return { database: config?.outputs.databases[0], mistakes: mistakes.map(describeMistake).join('\n') }
}

describe('outputs.databases', () => {
  it('delivers incidents to a database of this machine unless told otherwise', () => {
    expect(inspected(['{name: bi, kind: mysql}']).database).toMatchObject({
      host: '127.0.0.1',
      port: null,
      from: 'silver.incidents',
      key: ['incident_id'],
      table: 'incidents',
      tls: 'verify',
      cron: null,
    })
  })

  it('takes the password by reference, and shows it nowhere', () => {
    const { database } = inspected(['{name: bi, kind: mysql, password: "${env:SECRET}"}'], {
      SECRET: 'hidden',
    })
    expect(database?.password?.reveal()).toBe('hidden')
    expect(JSON.stringify(database)).not.toContain('hidden')
  })

  it.each([
    [['{name: bi, kind: mysql, password: hidden}'], 'databases[0].password'],
    [['{name: bi, kind: mysql}', '{name: bi, kind: mysql}'], '"bi" is used twice'],
    [['{name: bi, kind: oracle}'], 'mysql (also MariaDB) or postgresql'],
    [['{name: bi, kind: mysql, table: "a; DROP"}'], 'databases[0].table'],
    [['{name: bi, kind: mysql, from: "file(1)"}'], 'databases[0].from'],
  ])('refuses %j', (outputs, words) => {
    const { mistakes } = inspected(outputs)
    expect(mistakes).toContain(words)
    expect(mistakes).not.toContain('hidden')
  })
})
