import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { laidOut } from './browser.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What depends on colours; everything else is the same document in the other theme. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block']

/** What axe finds on a page that stands still, each with the elements it is found at. */
export async function violations(page: Page): Promise<string[]> {
  return found(new AxeBuilder({ page }).withTags(TAGS))
}

/** What axe finds in the theme that the page is in, and what it finds of colours in the other ones. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  const all = await violations(page)
  const root = page.locator('html')
  const before = await root.getAttribute('data-theme')
  const other = before === 'dark' ? 'light' : 'dark'
  await page.emulateMedia({ colorScheme: other, reducedMotion: 'reduce' })
  await page.locator(`html[data-theme-now="${other}"]`).waitFor()
  await laidOut(page)
  const ofOther = await found(new AxeBuilder({ page }).withRules(OF_COLOURS))
  return [...all, ...ofOther.map(words => `${other}: ${words}`)]
}

async function found(axe: AxeBuilder): Promise<string[]> {
  const { violations: all } = await axe.analyze()
  return all.map(
    ({ id, impact, nodes }) => `${impact ?? ''} ${id}: ${nodes.map(node => node.html).join(' | ')}`,
  )
}
