import { availableParallelism, loadavg } from 'node:os'
import { defineConfig } from 'vitest/config'

const common = { environment: 'node' as const, restoreMocks: true }

/** Deadlines grow with what else the machine does, up to tenfold: a busy one is slow, not wrong. */
const BUSY = Math.min(10, Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()))
const within = (ms: number) => Math.round(ms * BUSY)

/** Tests that try many damages on a real disk: a project of their own, one file at a time. */
const LONG = ['test/log/segments/damage.test.ts', 'test/log/segments/kill.test.ts']

/** unit: pure, parallel. integration and e2e: real engine, real server, one file at a time (two cores). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/integration/**', 'test/e2e/**', 'test/crash/**', ...LONG],
          testTimeout: within(30_000),
        },
      },
      {
        test: {
          ...common,
          name: 'long',
          include: LONG,
          fileParallelism: false,
          testTimeout: within(180_000),
          hookTimeout: within(60_000),
        },
      },
      {
        test: {
          ...common,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: within(120_000),
          hookTimeout: within(120_000),
        },
      },
      {
        test: {
          ...common,
          name: 'e2e',
          // A real browser on a busy machine may miss a beat; what is broken fails three times.
          retry: 2,
          include: ['test/e2e/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: within(180_000),
          hookTimeout: within(180_000),
        },
      },
    ],
  },
})
