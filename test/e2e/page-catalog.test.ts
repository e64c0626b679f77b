import { afterEach, describe, expect, it } from 'vitest'
import { violationsInBothThemes } from './axe.ts'
import { chromiumPath, laidOut, still, type DomElement } from './browser.ts'
import { startFixtureServer } from './fixture-server.ts'
import { pagesOf, parameter } from './pages.ts'

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('the catalogue on the page', () => {
  const pages = pagesOf(() => startFixtureServer())
  afterEach(() => {
    pages.server.become('live')
  })

  it('tells what is held first, and shows a dataset in full by keyboard, at 320 px and in both themes', async () => {
    const { page, faults } = await pages.open('/data')
    const list = page.getByRole('region', { name: 'Datasets' })
    await list.waitFor()
    const first = list.locator('tbody tr').first()
    await expect.poll(() => first.innerText()).toMatch(/archive[^]*no start_dt[^]*jobs resume archive/)
    await list.getByRole('button', { name: 'archive' }).focus()
    await page.keyboard.press('Enter')
    const detail = page.getByRole('article')
    await detail.getByRole('region', { name: 'Columns' }).waitFor()
    await expect.poll(() => parameter(page, 'dataset')).toBe('archive')
    await expect.poll(() => page.locator(':focus').innerText()).toBe('archive')
    const text = await detail.innerText()
    for (const part of ['+ severity text', '14,980 rows', 'outside_city 5', 'Completeness'])
      expect(text).toContain(part)
    expect(
      await detail.getByRole('img', { name: 'Share of rows that are refused over 2 versions' }).count(),
    ).toBe(1)

    await page.setViewportSize({ width: 320, height: 844 })
    await laidOut(page)
    await expect
      .poll(() => page.locator('html').evaluate((element: DomElement) => element.scrollWidth))
      .toBe(320)
    await still(page)
    expect(await violationsInBothThemes(page)).toEqual([])
    if (process.env['CATALOG_SHOTS'] !== undefined) {
      await page.setViewportSize({ width: 1280, height: 1600 })
      await laidOut(page)
      await page.locator('.catalog').screenshot({ path: process.env['CATALOG_SHOTS'] })
    }

    await detail.getByRole('button', { name: 'Close' }).press('Enter')
    await detail.waitFor({ state: 'detached' })
    await expect.poll(() => parameter(page, 'dataset')).toBeNull()
    expect(faults).toEqual([])
  })

  it('says what failed and tries again, and shows nothing where there is nothing', async () => {
    const { page } = await pages.open('/data?dataset=none')
    const alert = page.getByRole('article').getByRole('alert')
    await alert.waitFor()
    await expect.poll(() => alert.innerText()).toContain('Try again')
    pages.server.become('empty')
    await page.reload()
    await page.locator('.pipeline').waitFor()
    await still(page)
    expect(await page.locator('.catalog').count()).toBe(0)
  })
})
