import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupSchedule, listBackups, makeBackup, openBackups } from '../../../src/app/backup/index.ts'
import type { Backups } from '../../../src/app/backup/index.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { openLog } from '../../../src/log/segments/index.ts'
import { folderStore } from '../../../src/storage/index.ts'
import { batch, numbered } from '../../log/segments/sample.ts'

const NOW = Date.parse('2026-11-28T06:12:13Z')
const HOUR_MS = 3_600_000
const context = {
  trigger: 'schedule',
  signal: new AbortController().signal,
  step: () => Promise.resolve(),
} as const
let root: string
let folder: string
let nowMs: number
let opened: Backups[]

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'arterial-backup-'))
  folder = join(root, 'data', 'city')
  mkdirSync(folder, { recursive: true })
  const log = await openLog(join(folder, 'segments'), { onProblem: () => undefined })
  await log.append(batch(numbered(0, 10)))
  await log.close()
  nowMs = NOW
  opened = []
})
afterEach(async () => {
  for (const one of opened) await one.stop()
  rmSync(root, { recursive: true, force: true })
})

const config = (flags: Record<string, string | number>) =>
  loadConfig({ env: {}, cwd: root, flags: { 'data.dir': root, ...flags } })

async function open(flags: Record<string, string | number>) {
  const told = new Map<string, string | null>()
  const problems = { set: (code: string, message: string | null) => void told.set(code, message) }
  const backups = await openBackups({ config: config(flags), folder, problems, now: () => nowMs })
  opened.push(backups)
  return { backups, told }
}

const NIGHTLY = { 'backup.folder': './kept', 'backup.cron': '15 3 * * *' }
const kept = () => listBackups(folderStore(join(root, 'kept')), 'city')

describe('backups on a schedule', () => {
  it('are made by a job, of which so many stay as the settings say', async () => {
    const { backups } = await open({ ...NIGHTLY, 'backup.keep': 2 })
    const [job] = backups.jobs
    expect([job?.name, job?.schedule?.says, job?.stream]).toEqual(['backup', '15 3 * * *', null])
    const first = await job?.run(context)
    expect(first?.rows).toBeGreaterThan(0)
    expect(first).toMatchObject({ sent: first?.rows, withdrawn: 0 })
    for (const more of [0, 1]) {
      nowMs += HOUR_MS
      expect(await job?.run(context)).toMatchObject({ withdrawn: more })
    }
    expect((await kept()).map(({ name }) => name)).toEqual(['20261128T081213Z', '20261128T071213Z'])
  })

  it('are looked at with those made by hand: the age of the newest is known, and told when it is too high', async () => {
    const { backups, told } = await open({ ...NIGHTLY, 'backup.lagS': 7200 })
    expect(backups.status()).toMatchObject({ last: null, lastAt: null, lagS: 0 })
    const store = folderStore(join(root, 'kept'))
    const never = new AbortController().signal
    await makeBackup({ folder, city: 'city', store, nowMs, onProgress: () => undefined, signal: never })
    nowMs += 3 * HOUR_MS
    backups.start()
    await expect
      .poll(() => told.get('backup_lag'), { timeout: 300_000 })
      .toMatch(
        /^The newest backup in folder .* is of 2026-11-28T06:12:13.000Z, longer ago than backup.lagS allows \(7200 s\)/,
      )
    expect(backups.status()).toMatchObject({ last: '20261128T061213Z', lagS: 10_800 })
    await backups.jobs[0]?.run(context)
    expect([told.get('backup_lag'), told.get('backup_place')]).toEqual([null, null])
  })

  it('fail in a way that may pass where the place can be neither written nor read, which is told', async () => {
    symlinkSync(join(root, 'kept'), join(root, 'kept'))
    const { backups, told } = await open(NIGHTLY)
    await expect(backups.jobs[0]?.run(context)).rejects.toMatchObject({
      ...{ code: 'ART_BACKUP_PLACE', retryable: true },
    })
    backups.start()
    await expect
      .poll(() => told.get('backup_place'), { timeout: 300_000 })
      .toMatch(/^The place of backups can't be read: .*ELOOP.* It is tried again by itself\.$/)
  })

  it('are not made unless the settings want it, and are refused without a place or with what is no schedule', async () => {
    const { backups } = await open({ 'backup.folder': './kept' })
    expect([backups.status(), backups.jobs]).toEqual([undefined, []])
    expect(() => config({ 'backup.cron': '15 3 * * *' })).toThrow(/backup.cron: has no place/)
    expect(() => backupSchedule(config({ 'backup.folder': './kept', 'backup.cron': '61 3 * * *' }))).toThrow(
      /backup\.cron/,
    )
  })
})
