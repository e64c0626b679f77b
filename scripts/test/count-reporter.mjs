// A reporter for Vitest: writes what was counted, and why tests were skipped, to the file TEST_COUNTS_FILE names.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

export default class CountReporter {
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: 0, skipped: 0, reasons: [] }
    // Errors outside of tests (a file that does not load, a rejection nobody awaited) count as failures of their own.
    counts.failed += errors.length + modules.filter(module => module.errors().length > 0).length
    for (const module of modules) {
      for (const test of module.children.allTests())
        this.count(test, relative(process.cwd(), module.moduleId), counts)
    }
    writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify(counts))
  }

  count(test, file, counts) {
    const { state, note } = test.result()
    // A test that never came to run (its hook failed) is `pending`, or skipped by the failure.
    const kind = state === 'pending' ? 'failed' : state
    counts[kind] += 1
    if (kind === 'skipped') counts.reasons.push(`${file}: ${test.fullName}${note ? ` (${note})` : ''}`)
  }
}
