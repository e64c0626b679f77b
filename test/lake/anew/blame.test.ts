import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blame } from '../../../src/lake/anew/blame.ts'

describe('who is to blame for a lake that does not open', () => {
  let lakeDir: string

  beforeEach(() => {
    lakeDir = mkdtempSync(join(tmpdir(), 'arterial-blame-'))
    mkdirSync(join(lakeDir, 'store'))
    writeFileSync(join(lakeDir, 'store', 'readings.sql'), '')
  })

  afterEach(() => rmSync(lakeDir, { recursive: true }))

  const asked = (reason: string, probe: () => Promise<string | null> = async () => null) =>
    blame({ lakeDir, reason, probe })

  it('is the lake itself where nothing else can be', async () => {
    const reasons = [
      'the engine did not start: Code: 62. DB::Exception: Empty query: Cannot parse definition from metadata file store/5a2/x/segments.sql. (SYNTAX_ERROR)',
      'Code: 60. DB::Exception: Table silver.readings does not exist. (UNKNOWN_TABLE)',
      "Checksum doesn't match: corrupted data. (CHECKSUM_DOESNT_MATCH)",
      'the engine did not answer: socket hang up; the engine ended (signal SIGSEGV) and is started anew',
      'the engine did not start: signal SIGABRT: libc++abi: terminating due to uncaught exception',
    ]
    for (const reason of reasons) expect(await asked(reason), reason).toBeNull()
  })

  it.each([
    [
      'Code: 76. DB::Exception: Cannot lock file /x/lake/status. Another server instance in same directory',
      'process',
    ],
    ['Code: 241. DB::Exception: (total) memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)', 'memory'],
    ['the engine did not start: std::bad_alloc', 'memory'],
    ['libchdb.so: failed to map segment from shared object', 'memory'],
    ['the engine did not start: signal SIGKILL', 'killed'],
    [
      'the engine did not answer: socket hang up; the engine ended (signal SIGKILL) and is started anew',
      'killed',
    ],
    ['the engine did not answer: Timeout error', 'did not answer'],
    ['the engine is restarting', 'did not answer'],
    ['filesystem error: in directory_iterator: Too many open files ["store"]', 'open so many files'],
    ['Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)', 'no space'],
    [
      'Code: 76. DB::ErrnoException: Cannot open file status, errno: 13, strerror: Permission denied',
      'rights',
    ],
    ['Code: 74. DB::Exception: Cannot read: Input/output error', 'disk fails'],
    ['errno: 30, strerror: Read-only file system', 'read-only'],
    ["Cannot find module '@chdb/lib-linux-x64-gnu'", 'not installed'],
    ['Code: 432. DB::Exception: Unknown codec family code: 200. (UNKNOWN_CODEC)', 'newer engine'],
  ])('is not the lake: %s', async (reason, what) => {
    const other = await asked(reason)
    expect(other?.what).toContain(what)
    expect(other?.remedy).toMatch(/start|npm ci|folder/i)
  })

  it('is not the lake when a new one does not open either', async () => {
    const other = await asked('the engine did not start: exit code 1', async () => 'exit code 1')
    expect(other?.what).toContain("a new, empty lake can't be opened either (exit code 1)")
  })

  it.skipIf(process.getuid?.() === 0)('is not the lake when a file of it may not be read', async () => {
    chmodSync(join(lakeDir, 'store', 'readings.sql'), 0)
    expect((await asked('the engine did not start: exit code 1'))?.what).toContain('readings.sql')
  })
})
