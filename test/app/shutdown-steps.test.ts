import { describe, expect, it } from 'vitest'
import { shutDown } from '../../src/app/shutdown-steps.ts'

describe('stopping', () => {
  it('goes on after a step that fails, and tells of the first failure', async () => {
    const done: string[] = []
    const step = (name: string, error?: Error) => async () => {
      done.push(name)
      if (error) throw error
    }
    const steps = [step('folder'), step('log', new Error('ENOSPC')), step('engine', new Error('gone'))]
    await expect(shutDown(steps)).rejects.toThrow('gone')
    expect(done).toEqual(['engine', 'log', 'folder'])
  })
})
