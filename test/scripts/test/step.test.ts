import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { processMark } from '../../../src/core/disk/process-mark.ts'
import { runStep } from '../../../scripts/test/step.ts'

const folder = mkdtempSync(join(tmpdir(), 'arterial-step-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function step(script: string, stop = new AbortController()) {
  const said: string[] = []
  const ended = runStep(['-e', script], {
    cwd: folder,
    env: process.env,
    says: words => said.push(Buffer.from(words).toString()),
    signal: stop.signal,
  })
  return { ended, stop, text: () => said.join('') }
}

describe('a step', () => {
  it('is well when its process ends well, and says what it says', async () => {
    const { ended, text } = step("process.stdout.write('out'); process.stderr.write('err')")
    expect(await ended).toMatchObject({ ok: true })
    expect(text()).toContain('out')
    expect(text()).toContain('err')
  })

  it.each([
    ['an exit code', 'process.exit(3)'],
    ['a signal', "process.kill(process.pid, 'SIGKILL')"],
  ])('fails with %s', async (_, script) => {
    expect(await step(script).ended).toMatchObject({ ok: false })
  })

  it('is interrupted as Ctrl-C does it, and is not begun afterwards', async () => {
    const wait = "process.on('SIGINT', () => process.exit(0)); setInterval(() => {}, 1000); console.log('on')"
    const { ended, stop, text } = step(wait)
    await expect.poll(text).toContain('on')
    stop.abort()
    // It ended in order: its own handler ran.
    expect(await ended).toMatchObject({ ok: true })
    const later = step("console.log('begun')", stop)
    expect(await later.ended).toMatchObject({ ok: false })
    expect(later.text()).toBe('')
  })

  it('does not wait for a process that it left behind', async () => {
    const left = `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit', detached: true })
      require('node:fs').writeFileSync('left.pid', String(child.pid))
      process.exit(0)`
    expect(await step(left).ended).toMatchObject({ ok: true })
    const pid = Number(readFileSync(join(folder, 'left.pid'), 'utf8'))
    expect(await processMark(pid)).not.toBeNull()
    process.kill(pid, 'SIGKILL')
  })
})
