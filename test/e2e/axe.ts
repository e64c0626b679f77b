import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { laidOut } from './browser.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What depends on colours; everything else is the same document in the other theme. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block']

/** What axe finds on a page that stands still, each with the elements it is found at. */
export async function violations(page: Page): Promise<string[]> {
  return found(page, { type: 'tag', values: TAGS })
}

/** What axe finds in the theme that the page is in, and what it finds of colours in the other one. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  const all = await violations(page)
  const before = await page.locator('html').getAttribute('data-theme-now')
  const other = before === 'dark' ? 'light' : 'dark'
  await page.emulateMedia({ colorScheme: other, reducedMotion: 'reduce' })
  await page.locator(`html[data-theme-now="${other}"]`).waitFor()
  await laidOut(page)
  const ofOther = await found(page, { type: 'rule', values: OF_COLOURS })
  return [...all, ...ofOther.map(words => `${other}: ${words}`)]
}

/** The part of axe that is used here, in the page. */
type RunAxe = (
  context: unknown,
  options: { runOnly: axe.RunOnly; resultTypes: ['violations'] },
) => Promise<axe.AxeResults>

/** Asks axe within the page, so that only what it finds travels: all it has looked at would be megabytes. */
async function found(page: Page, runOnly: axe.RunOnly): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return page.evaluate(async only => {
    const { run } = Reflect.get(globalThis, 'axe') as { run: RunAxe }
    const options = { runOnly: only, resultTypes: ['violations' as const] as ['violations'] }
    const { violations: all } = await run(Reflect.get(globalThis, 'document'), options)
    return all.map(
      ({ id, impact, nodes }) => `${impact ?? ''} ${id}: ${nodes.map(node => node.html).join(' | ')}`,
    )
  }, runOnly)
}
