import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violationsInBothThemes } from './axe.ts'
import { chromiumPath, laidOut, openBrowser, openPage, still, type DomElement } from './browser.ts'
import { startFixtureServer, type FixtureServer } from './fixture-server.ts'

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('the catalogue on the page', () => {
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

  it('tells what is held first, and shows a dataset in full by keyboard, at 320 px and in both themes', async () => {
    const { page, faults } = await openPage(browser, `${server.url}/data`)
    const list = page.getByRole('region', { name: 'Datasets' })
    await list.waitFor()
    const first = list.locator('tbody tr').first()
    expect(await first.innerText()).toMatch(/archive[^]*no start_dt[^]*jobs resume archive/)
    await list.getByRole('button', { name: 'archive' }).focus()
    await page.keyboard.press('Enter')
    const detail = page.getByRole('article')
    await detail.getByRole('region', { name: 'Columns' }).waitFor()
    expect(new URL(page.url()).searchParams.get('dataset')).toBe('archive')
    expect(await page.locator(':focus').innerText()).toBe('archive')
    const text = await detail.innerText()
    for (const part of ['+ severity text', '14,980 rows', 'outside_city 5', 'Completeness'])
      expect(text).toContain(part)
    expect(
      await detail.getByRole('img', { name: 'Share of rows that are refused over 2 versions' }).count(),
    ).toBe(1)

    await page.setViewportSize({ width: 320, height: 844 })
    await laidOut(page)
    expect(await page.locator('html').evaluate((element: DomElement) => element.scrollWidth)).toBe(320)
    await still(page)
    expect(await violationsInBothThemes(page)).toEqual([])
    if (process.env['CATALOG_SHOTS'] !== undefined) {
      await page.setViewportSize({ width: 1280, height: 1600 })
      await laidOut(page)
      await page.locator('.catalog').screenshot({ path: process.env['CATALOG_SHOTS'] })
    }

    await detail.getByRole('button', { name: 'Close' }).press('Enter')
    await detail.waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.has('dataset')).toBe(false)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('says what failed and tries again, and shows nothing where there is nothing', async () => {
    const { page } = await openPage(browser, `${server.url}/data?dataset=none`)
    const alert = page.getByRole('article').getByRole('alert')
    await alert.waitFor()
    expect(await alert.innerText()).toContain('Try again')
    server.become('empty')
    await page.reload()
    await page.locator('.pipeline').waitFor()
    await still(page)
    expect(await page.locator('.catalog').count()).toBe(0)
    server.become('live')
    await page.context().close()
  })
})
