import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, openBrowser, openPage, settled, still, type DomElement } from './browser.ts'
import { startFixtureServer, type FixtureServer } from './fixture-server.ts'

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('access to the page', () => {
  let browser: Browser
  let closeBrowser: () => Promise<void>
  let server: FixtureServer

  beforeAll(async () => {
    server = await startFixtureServer()
    ;({ browser, close: closeBrowser } = await openBrowser())
  })
  afterAll(async () => {
    await closeBrowser()
    await server.close()
  })

  const themes = ['dark', 'light'] as const
  const paths = [
    '/',
    '/?site=INT-0405',
    '/?district=downtown',
    '/?view=table&site=INT-0405',
    '/data?reason=utf8',
    '/calendar?event=concert-1',
    '/?zone=WZ-1&layers=weather,events,zones,cameras',
    '/?camera=CAM-0000',
    '/?station=WX-1',
  ]
  const cases = themes.flatMap(theme => paths.map(path => [path, theme] as const))

  it.each(cases)('axe finds nothing at %s in the %s', async (path, colorScheme) => {
    const { page } = await openPage(browser, server.url + path, { colorScheme })
    await page.locator('.panel, .data-page').first().waitFor()
    await page.locator('.weather-link').waitFor()
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    expect(await violations(page)).toEqual([])
    await page.context().close()
  })

  it.each(themes)('axe finds nothing on a phone or in the dialogs in the %s', async colorScheme => {
    const { page } = await openPage(browser, server.url, {
      colorScheme,
      viewport: { width: 390, height: 844 },
    })
    await settled(page)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('combobox').fill('st')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Display' }).click()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'All keys' }).click()
    expect(await violations(page)).toEqual([])
    await page.context().close()
  })

  it('reaches every control with Tab alone', async () => {
    // A picture that stands still: rows of a live one come and go while we walk.
    server.become('stale')
    for (const path of ['/', '/?site=INT-0405', '/?view=table', '/data', '/calendar']) {
      const { page } = await openPage(browser, server.url + path)
      await page.locator('.panel, .data-page, .timeline').first().waitFor()
      await still(page)
      const reached = await tabThrough(page)
      // Rows of long lists are one stop, and j and k walk them.
      const controls = page
        .locator('a[href], button, input, canvas, [role="slider"]')
        .and(page.locator(':visible'))
      const missing = []
      for (const control of await controls.all()) {
        if (
          await control.evaluate(
            (element: DomElement) => element.closest('dialog, .time-chart-canvas') !== null,
          )
        )
          continue
        if ((await control.getAttribute('tabindex')) === '-1') continue
        const name = await nameOf(control)
        if (!reached.has(name)) missing.push(name)
      }
      expect(missing, path).toEqual([])
      await page.context().close()
    }
    server.become('live')
  })

  it('leads past the navigation with the skip link', async () => {
    const { page } = await openPage(browser, server.url)
    await page.locator('.panel').waitFor()
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.locator(':focus').getAttribute('id')).toBe('main')
    await page.context().close()
  })

  it('works by keys: search, choose, read a chart, table, back', async () => {
    const { page } = await openPage(browser, server.url)
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
    expect(await slider.getAttribute('aria-valuetext')).not.toBe(newest)
    await page.keyboard.press('t')
    await page.locator('.grid-row').first().waitFor()
    await page.locator('.grid-row[tabindex="0"]').focus()
    await page.keyboard.press('j')
    const second = page.locator('.grid-row:focus')
    await second.waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => second.getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('Escape')
    await expect.poll(() => new URL(page.url()).searchParams.has('site')).toBe(false)
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.context().close()
  })

  it('gives the focus back when a dialog closes', async () => {
    const { page } = await openPage(browser, server.url)
    const display = page.getByRole('button', { name: 'Display' })
    await display.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Display')
    await page.context().close()
  })
})

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return found.map(
    ({ id, impact, nodes }) => `${impact ?? ''} ${id}: ${nodes.map(node => node.html).join(' | ')}`,
  )
}

type Located = ReturnType<Page['locator']>

/** A control is told apart by its place in the document. */
async function nameOf(control: Located): Promise<string> {
  return control.evaluate((element: DomElement) => {
    // A number that stays with it: its place among all elements moves when something appears before it.
    const root = element.ownerDocument.documentElement
    if (element.getAttribute('data-met') === null) {
      const met = Number(root.getAttribute('data-met') ?? 0) + 1
      root.setAttribute('data-met', String(met))
      element.setAttribute('data-met', String(met))
    }
    return `${element.getAttribute('data-met')} ${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`
  })
}

async function tabThrough(page: Page): Promise<Set<string>> {
  const reached = new Set<string>()
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab')
    const focus = page.locator(':focus')
    if ((await focus.count()) === 0) break
    const name = await nameOf(focus)
    if (reached.has(name)) break
    reached.add(name)
  }
  return reached
}
