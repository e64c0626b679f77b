import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const WEB = join(import.meta.dirname, '../../../web/src')
const rules = globSync('**/*.css', { cwd: WEB }).flatMap(file =>
  [...readFileSync(join(WEB, file), 'utf8').matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(
    ([, selector = '', body = '']) => ({ file, selector: selector.trim(), body }),
  ),
)

describe('what scrolls', () => {
  it('holds the hidden words within it, else they stretch the page', () => {
    const scrolling = rules.filter(({ body }) => /overflow(-[xy])?:\s*(auto|scroll)/.test(body))
    expect(scrolling.length).toBeGreaterThan(4)
    // A modal dialog is positioned by the platform.
    const open = scrolling.filter(
      ({ selector, body }) => selector !== '.dialog' && !/position:\s*(relative|absolute|fixed)/.test(body),
    )
    expect(open.map(({ file, selector }) => `${file}: ${selector}`)).toEqual([])
  })
})
