import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { violations, violationsInBothThemes } from './axe.ts'
import { chromiumPath, settled, still, type DomElement } from './browser.ts'
import { startFixtureServer } from './fixture-server.ts'
import { pagesOf, parameter } from './pages.ts'

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('access to the page', () => {
  const pages = pagesOf(() => startFixtureServer())
  afterEach(() => {
    pages.server.become('live')
  })

  const paths = [
    '/',
    '/?site=INT-0405',
    '/?district=downtown',
    '/?view=table&site=INT-0405',
    '/data?reason=utf8',
    '/calendar?event=concert-1',
    '/?zone=WZ-1&layers=weather,events,zones,cameras,devices',
    '/?camera=CAM-0000',
    '/?station=WX-1',
    '/?device=SIGN-1',
  ]

  it.each(paths)('axe finds nothing at %s, dark or light', async path => {
    const { page } = await pages.open(path)
    await page.locator('.panel, .data-page').first().waitFor()
    await page.locator('.weather-link').waitFor()
    await still(page)
    expect(await violationsInBothThemes(page)).toEqual([])
  })

  it('axe finds nothing on a phone or in the dialogs, dark or light', async () => {
    const { page } = await pages.open('/', { viewport: { width: 390, height: 844 } })
    await settled(page)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('combobox').fill('st')
    expect(await violationsInBothThemes(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Display' }).click()
    expect(await violationsInBothThemes(page)).toEqual([])
    await page.getByRole('button', { name: 'All keys' }).click()
    expect(await violationsInBothThemes(page)).toEqual([])
  })

  it('reaches every control with Tab alone', async () => {
    // A picture that stands still: rows of a live one come and go while we walk.
    pages.server.become('stale')
    const { page } = await pages.open('/')
    for (const path of ['/', '/?site=INT-0405', '/?view=table', '/data', '/calendar']) {
      if (path !== '/') await page.goto(pages.server.url + path)
      await page.locator('.panel, .data-page, .timeline').first().waitFor()
      await still(page)
      const controls = await controlsOf(page)
      const reached = await tabThrough(page)
      const missing = controls.filter(control => !reached.has(control))
      expect(controls.length, path).toBeGreaterThan(5)
      expect(missing, path).toEqual([])
    }
  })

  it('leads past the navigation with the skip link', async () => {
    const { page } = await pages.open('/')
    await page.locator('.panel').waitFor()
    await page.keyboard.press('Tab')
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator(':focus').getAttribute('id')).toBe('main')
  })

  it('works by keys: search, choose, read a chart, table, back', async () => {
    const { page } = await pages.open('/')
    await settled(page)
    await page.keyboard.press('/')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.type('e st 6')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('.panel h1').innerText()).toBe('E St & 6 Ave')
    const slider = page.getByRole('slider').first()
    await slider.focus()
    const newest = await slider.getAttribute('aria-valuetext')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => slider.getAttribute('aria-valuetext')).not.toBe(newest)
    await page.keyboard.press('t')
    await page.locator('.grid-row').first().waitFor()
    const focused = page.locator('.grid-row:focus')
    await page.locator('.grid-row[tabindex="0"]').focus()
    const first = await focused.getAttribute('aria-rowindex')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused.getAttribute('aria-selected')).toBe('true')
    expect(await focused.getAttribute('aria-rowindex')).toBe(String(Number(first) + 1))
    await page.keyboard.press('Escape')
    await expect.poll(() => parameter(page, 'site')).toBeNull()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  })

  it('gives the focus back when a dialog closes', async () => {
    const { page } = await pages.open('/')
    const display = page.getByRole('button', { name: 'Display' })
    await display.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Display')
  })
})

/**
 * Everything that can be pressed or walked, but in dialogs and charts, and but what is made no stop on purpose: rows of
 * long lists are one stop, and j and k walk them. Each gets a number that stays with it, since its place among all
 * elements moves when something appears before it.
 */
async function controlsOf(page: Page): Promise<string[]> {
  return page
    .locator('a[href], button, input, canvas, [role="slider"]')
    .and(page.locator(':visible'))
    .evaluateAll((all: DomElement[]) => {
      const stops = all.filter(
        element =>
          element.closest('dialog, .time-chart-canvas') === null && element.getAttribute('tabindex') !== '-1',
      )
      stops.forEach((element, number) => element.setAttribute('data-met', String(number)))
      return stops.map(
        (element, number) =>
          `${number} ${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`,
      )
    })
}

/** Which of the numbered controls Tab comes to, until it comes to one again. */
async function tabThrough(page: Page): Promise<Set<string>> {
  const reached = new Set<string>()
  const root = page.locator('html')
  let unnumbered = 0
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab')
    const name = await root.evaluate((element: DomElement) => {
      const focus = element.ownerDocument.activeElement
      if (focus === null || focus === element.ownerDocument.body) return null
      const number = focus.getAttribute('data-met') ?? '-'
      return `${number} ${focus.tagName} ${focus.getAttribute('aria-label') ?? focus.textContent}`
    })
    if (name === null) break
    // A row of a list is a stop without a number.
    const key = name.startsWith('- ') ? `${name} ${(unnumbered += 1)}` : name
    if (reached.has(key)) break
    reached.add(key)
  }
  return reached
}
