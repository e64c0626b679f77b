import { describe, expect, it } from 'vitest'
import { chromiumPath, laidOut, still, type DomElement } from './browser.ts'
import { startFixtureServer } from './fixture-server.ts'
import { pagesOf } from './pages.ts'

const WIDTHS = [320, 360, 390, 414, 768, 1024, 1440, 1920]
const PATHS = [
  '/',
  '/?site=INT-0405',
  '/?district=north_east_centre',
  '/?view=table',
  '/data',
  '/data?dataset=archive',
  '/calendar?zone=WZ-1',
  '/?camera=CAM-0000',
]
/** From here on the frame fills the window, and only its parts scroll. */
const DESK = 1024

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('the page at every width', () => {
  const pages = pagesOf(() => startFixtureServer('many'))

  it.each(PATHS)('%s never scrolls sideways, and the navigation is in sight', async path => {
    const { page } = await pages.open(path)
    await page.locator('.panel, .data-page').first().waitFor()
    if (!/^\/(data|calendar)/.test(path)) await page.locator('.district-card .change .arrow').nth(7).waitFor()
    await still(page)
    for (const width of WIDTHS) {
      const height = 844
      await page.setViewportSize({ width, height })
      await laidOut(page)
      const root = await page
        .locator('html')
        .evaluate((element: DomElement) => ({ width: element.scrollWidth, height: element.scrollHeight }))
      expect(root.width, `${width} px wide`).toBe(width)
      if (width >= DESK) expect(root.height, `${width} px wide`).toBe(height)
      const nav = (await page.locator('.nav').boundingBox())!
      expect(nav.x + nav.width, `${width} px wide`).toBeLessThanOrEqual(width)
      expect(nav.y + nav.height, `${width} px wide`).toBeLessThanOrEqual(height)
    }
  })

  it('names every district whole', async () => {
    const { page } = await pages.open('/?layers=weather,events,zones')
    await page.locator('.district-card .change .arrow').nth(7).waitFor()
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 844 })
      await laidOut(page)
      const cut = await page
        .locator('.district-name')
        .evaluateAll((names: DomElement[]) =>
          names.filter(name => name.scrollWidth > name.clientWidth).map(name => name.textContent),
        )
      expect(cut, `${width} px wide`).toEqual([])
    }
  })
})
