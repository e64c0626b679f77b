import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const OWN = join(ROOT, '.venv/bin/python')

/** How to get what the independent checks need. */
export const PYTHON_REASON =
  'needs Python 3 with PySAL, scikit-learn and statsmodels: python3 -m venv .venv && .venv/bin/pip install -r test/integration/independent/requirements.txt'

/** A Python that has all these modules: the project's own environment, else the machine's; null without one. */
export function pythonWith(modules: readonly string[]): string | null {
  const probe = `import importlib.util as u, sys; sys.exit(0 if all(u.find_spec(m) for m in ${JSON.stringify(modules)}) else 1)`
  const found = [...(existsSync(OWN) ? [OWN] : []), 'python3'].find(
    python => spawnSync(python, ['-c', probe]).status === 0,
  )
  return found ?? null
}
