import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { arterial, Stage } from './fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

/** What bash offers when Tab is pressed behind these words. */
function offered(script: string, words: readonly string[]): string[] {
  const line = `COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _arterial; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${line}`], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

describe('completion', () => {
  const hasBash = spawnSync('bash', ['--version']).status === 0

  it.skipIf(!hasBash)('offers commands, theirs, and flags in bash', async () => {
    const { stdout, code } = await arterial(stage, ['completion', 'bash'])
    expect(code).toBe(0)
    expect(offered(stdout, ['arterial', 'qu'])).toEqual(['query', 'quarantine'])
    expect(offered(stdout, ['arterial', 'lake', 'reb'])).toEqual(['rebuild'])
    expect(offered(stdout, ['arterial', 'status', '--js'])).toEqual(['--json'])
    expect(offered(stdout, ['arterial', 'query', 'SELECT 1', '--for'])).toEqual(['--format'])
  })

  it('has every command and its flags for zsh and fish too', async () => {
    const zsh = await arterial(stage, ['completion', 'zsh'])
    expect(zsh.stdout).toMatch(/^#compdef arterial\n/)
    expect(zsh.stdout).toContain("'arterial lake rebuild') choices=(")
    const fish = await arterial(stage, ['completion', 'fish'])
    expect(fish.stdout).toMatch(/__arterial_at "arterial query"' -l format -d /)
    expect((await arterial(stage, ['completion', 'tcsh'])).code).toBe(2)
  })
})
