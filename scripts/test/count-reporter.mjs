// A reporter for Vitest: writes what was counted, which tests failed or passed only at a second try, and why tests were skipped, to the file TEST_COUNTS_FILE names.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

export default class CountReporter {
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: 0, skipped: 0, reasons: [], failures: [], retried: [] }
    // Errors outside of tests (a file that does not load, a rejection nobody awaited) count as failures of their own.
    for (const error of errors) this.fail('outside of tests', [error], counts)
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId)
      const outside = module.errors()
      if (outside.length > 0) this.fail(file, outside, counts)
      for (const test of module.children.allTests()) this.count(test, file, counts)
      for (const suite of module.children.allSuites())
        if (suite.errors().length > 0) this.fail(`${file}: ${suite.fullName}`, suite.errors(), counts)
    }
    writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify(counts))
  }

  fail(name, errors, counts) {
    counts.failed += 1
    counts.failures.push(told(name, errors))
  }

  count(test, file, counts) {
    const { state, note, errors } = test.result()
    const name = `${file}: ${test.fullName}`
    // A test that never came to run (its hook failed) is `pending`, or skipped by the failure.
    if (state === 'pending' || state === 'failed') return this.fail(name, errors ?? [], counts)
    counts[state] += 1
    if (state === 'skipped') counts.reasons.push(`${name}${note ? ` (${note})` : ''}`)
    if (test.diagnostic()?.flaky) counts.retried.push(told(name, errors ?? []))
  }
}

/** One line: which test, and the first line of what it said. */
function told(name, errors) {
  const [first] = String(errors[0]?.message ?? 'it never came to run').split('\n')
  return `${name}: ${first}`
}
