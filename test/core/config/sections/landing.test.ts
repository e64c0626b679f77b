import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeMistake, inspectConfig } from '../../../../src/core/config/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'landing-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function inspected(landing: string) {
  writeFileSync(join(cwd, 'arterial.yaml'), `landing: ${landing}\n`)
  const { config, mistakes } = inspectConfig({ cwd, env: { KEY: 'hidden' } })
  return { landing: config?.landing, mistakes: mistakes.map(describeMistake).join('\n') }
}

describe('landing', () => {
  it('is the data folder unless told otherwise', () => {
    expect(inspected('{}').landing).toMatchObject({ kind: 'folder', bucket: null, prefix: '', lookS: 60 })
  })

  it('may be a bucket, whose key is shown nowhere', () => {
    const { landing, mistakes } = inspected('{kind: s3, bucket: city, keyId: AK, key: "${env:KEY}"}')
    expect(mistakes).toBe('')
    expect(landing?.key?.reveal()).toBe('hidden')
    expect(JSON.stringify(landing)).not.toContain('hidden')
    // By the environment of the machine.
    expect(inspected('{kind: s3, bucket: city}').mistakes).toBe('')
    expect(inspected('{kind: azure, bucket: city, keyId: account}').mistakes).toBe('')
  })

  it.each([
    ['{kind: s3}', 'landing.bucket'],
    ['{kind: s3, bucket: city, keyId: AK}', 'landing.keyId'],
    ['{kind: azure, bucket: city}', 'landing.keyId'],
    // It is no secret and is taken as it stands: a reference would be sent as the id.
    ['{kind: s3, bucket: city, keyId: "${env:KEY_ID}", key: "${env:KEY}"}', 'no reference'],
    ['{kind: s3, bucket: "a/b"}', 'landing.bucket'],
    ['{kind: ftp}', 'folder or s3 or azure'],
  ])('refuses %s', (landing, words) => {
    expect(inspected(landing).mistakes).toContain(words)
  })
})
