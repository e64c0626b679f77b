import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { isRoomy } from './scripts/test/room.ts'

/**
 * A deadline ends what hangs and means nothing else: no test comes near it, not even where eight other processes want the
 * same two cores.
 */
const MINUTE_MS = 60_000

const common = {
  environment: 'node' as const,
  restoreMocks: true,
  expect: { poll: { timeout: 2 * MINUTE_MS, interval: 20 } },
}

/** Tests that try many damages on a real disk: a project of their own, one file at a time. */
const LONG = ['damage', 'kill', 'compact/kills'].map(name => `test/log/segments/${name}.test.ts`)

/** Each file has a folder and ports of its own, and waits for its engine, the disk or its browser more than it works. */
const ENGINES_AT_A_TIME = isRoomy ? 3 : 1
const BROWSERS_AT_A_TIME = isRoomy ? 2 : 1

/** The files that take longest begin first, so that none is left alone at the end. */
const LONGEST = [
  ...[
    'damaged-parts',
    'lake-upkeep',
    'losses',
    'incident-import',
    'kafka-source',
    'topic-door',
    'tables',
    'jobs',
  ],
  ...[
    'body-bombs',
    'full-disk',
    'tables-buckets',
    'followers',
    'sql-guard',
    'output-jobs',
    'alerts',
    'stream-upkeep',
    'incident-record',
    'streams',
  ],
  ...['sql-second-wall', 'mend', 'two-cities', 'calendar-days', 'catalog'],
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.indexOf(basename(moduleId, '.test.ts'))
      return place < 0 ? LONGEST.length : place
    }
    const order = ({ project }: TestSpecification) => project.config.sequence.groupOrder
    return (await super.sort(files)).sort((a, b) => order(a) - order(b) || rank(a) - rank(b))
  }
}

/** unit: pure. integration and e2e: real engine, real server, real browser. Projects run one after the other. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/integration/**', 'test/e2e/**', 'test/crash/**', ...LONG],
          // Vitest leaves one core free; where there are two, that is half of them.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
          testTimeout: 5 * MINUTE_MS,
          hookTimeout: 5 * MINUTE_MS,
        },
      },
      {
        test: {
          ...common,
          name: 'long',
          include: LONG,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 15 * MINUTE_MS,
          hookTimeout: 15 * MINUTE_MS,
        },
      },
      {
        test: {
          ...common,
          name: 'integration',
          // A machine that others use may starve an engine; what passes only at the second try is named at the end of the run.
          retry: 1,
          include: ['test/integration/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: ENGINES_AT_A_TIME,
          sequence: { groupOrder: 3 },
          testTimeout: 15 * MINUTE_MS,
          hookTimeout: 15 * MINUTE_MS,
        },
      },
      {
        test: {
          ...common,
          name: 'e2e',
          // A real browser may crash; what is broken fails twice, and says what was on its page.
          retry: 1,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/e2e/built-page.ts',
          pool: 'forks',
          maxWorkers: BROWSERS_AT_A_TIME,
          sequence: { groupOrder: 4 },
          testTimeout: 15 * MINUTE_MS,
          hookTimeout: 15 * MINUTE_MS,
        },
      },
    ],
  },
})
