import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { batch, folder, linesOf, opened, readAll } from './sample.ts'

const KILLS = 6
const appender = fileURLToPath(new URL('appender.ts', import.meta.url))

/** Lets a process append until it has printed `lines` acknowledgements or more, then kills it hard. */
async function appendAndKill(dir: string, seed: number, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [appender, dir, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    if (text.split('\n').length > lines) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return text.split('\n').slice(0, -1)
}

describe('a process killed while it appends', () => {
  it('has lost nothing it acknowledged, and gives no position twice', async () => {
    const dir = folder()
    const acknowledged = new Map<number, number>()
    for (let kill = 1; kill <= KILLS; kill++) {
      for (const line of await appendAndKill(dir, kill, 20 * kill)) {
        const [position = NaN, count = NaN, first = NaN] = line.split(' ').map(Number)
        for (let i = 0; i < count; i++) {
          expect(acknowledged.has(position + i)).toBe(false)
          acknowledged.set(position + i, first + i)
        }
      }
      const { log, problems } = await opened(dir)
      expect(problems.filter(({ kind }) => kind !== 'cut')).toEqual([])
      const lines = linesOf(await readAll(log))
      for (const [position, number] of acknowledged) {
        expect(lines.get(position), `position ${position}`).toBe(`{"n":${number},"x":${Math.sin(number)}}`)
      }
      expect(log.accepted).toBe(lines.size)
      // Odd rounds leave it as the kill did.
      if (kill % 2 === 0) {
        const { position } = await log.append(batch(['between']))
        expect(lines.has(position)).toBe(false)
      }
      await log.close()
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS * 20)
  })
})
