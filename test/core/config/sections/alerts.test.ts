import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeMistake, inspectConfig, Secret } from '../../../../src/core/config/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'alerts-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const OPS = '{name: ops, kind: webhook, url: "https://a.org/hook"}'
const DUTY = '{name: duty, kind: email, to: [duty@a.org]}'

interface Section {
  readonly rules?: readonly string[]
  readonly targets?: readonly string[]
  readonly more?: readonly string[]
}

function inspected({ rules = [], targets = [OPS], more = [] }: Section, env: NodeJS.ProcessEnv = {}) {
  const list = (name: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`  ${name}:`, ...items.map(item => `    - ${item}`)]
  const lines = [
    'alerts:',
    ...list('rules', rules),
    ...list('targets', targets),
    ...more.map(one => `  ${one}`),
  ]
  writeFileSync(join(cwd, 'arterial.yaml'), `${lines.join('\n')}\n`)
  const { config, mistakes } = inspectConfig({ cwd, env })
  return { alerts: config?.alerts, mistakes: mistakes.map(describeMistake).join('\n') }
}

describe('alerts', () => {
  it('has rules and targets; what is not said is any', () => {
    const { alerts, mistakes } = inspected({
      rules: [
        '{name: all, targets: [ops, duty]}',
        '{name: near, targets: [ops], severity: severe, circle: {latitude: 51, longitude: -114, radiusM: 500}}',
        '{name: system, targets: [duty], problems: true, codes: [jobs]}',
      ],
      targets: [OPS, DUTY],
      more: ['mailHost: mail.a.org'],
    })
    expect(mistakes).toBe('')
    expect(alerts?.rules[0]).toMatchObject({ types: null, severity: null, polygon: null, problems: false })
    expect(alerts).toMatchObject({ maxAgeHours: 6, giveUpHours: 24, mailTls: 'starttls' })
  })

  it('takes secrets by reference, an address too, and shows them nowhere', () => {
    const target = '{name: ops, kind: webhook, url: "${env:HOOK}", secret: "${env:KEY}"}'
    const env = { HOOK: 'https://a.org/hidden', KEY: 'hidden' }
    const { alerts, mistakes } = inspected({ targets: [target] }, env)
    expect(mistakes).toBe('')
    const { url, secret } = alerts?.targets[0] ?? {}
    expect(url instanceof Secret && url.reveal()).toBe('https://a.org/hidden')
    expect(secret?.reveal()).toBe('hidden')
    expect(JSON.stringify(alerts)).not.toContain('hidden')
  })

  it.each<[string, Section, string]>([
    [
      'a secret that stands there',
      { targets: ['{name: ops, kind: webhook, url: "https://a.org", secret: hidden}'] },
      'alerts.targets[0].secret: a secret must not stand here',
    ],
    [
      'a reference to what is not there',
      { targets: ['{name: ops, kind: webhook, url: "https://a.org", secret: "${env:NONE}"}'] },
      'the environment variable NONE is not set',
    ],
    ['a target that nobody is', { rules: ['{name: r, targets: [who]}'] }, 'there is no target "who"'],
    ['a webhook without an address', { targets: ['{name: a, kind: webhook}'] }, 'targets[0].url: is missing'],
    [
      'a mail to nobody',
      { targets: ['{name: a, kind: email}'], more: ['mailHost: m'] },
      'targets[0].to: is missing',
    ],
    ['mails without a server', { targets: [DUTY] }, 'alerts.mailHost: is missing'],
    ['a name twice', { targets: [OPS, OPS] }, '"ops" is used twice'],
    [
      'a rule about problems that names types',
      { rules: ['{name: r, targets: [ops], problems: true, types: [stalled]}'] },
      'rules[0].types: is about incidents, the rule about problems',
    ],
    [
      'codes of a rule about incidents',
      { rules: ['{name: r, targets: [ops], codes: [jobs]}'] },
      'rules[0].codes: means nothing without problems: true',
    ],
    [
      'a severity that there is not',
      { rules: ['{name: r, targets: [ops], severity: bad}'] },
      'minor, moderate, severe',
    ],
    ['a key that there is not', { rules: ['{name: r, targets: [ops], type: [a]}'] }, 'did you mean'],
    ['two corners', { rules: ['{name: r, targets: [ops], polygon: [[0, 1], [1, 1]]}'] }, '3 to 1000 corners'],
  ])('refuses %s, and repeats nothing that may be a secret', (_what, section, words) => {
    const { mistakes } = inspected(section)
    expect(mistakes).toContain(words)
    expect(mistakes).not.toContain('hidden')
    expect(mistakes.split('\n')).toHaveLength(1)
  })
})
