import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openBrowser, openPage, settled } from './browser.ts'

/**
 * Pictures of a running page for the documentation.
 * Usage: node test/e2e/screenshots.ts <url> [folder, default docs/images] [site, default the worst one]
 */
const [url, folder = 'docs/images', site] = process.argv.slice(2)
if (url === undefined) throw new Error('Say which page: node test/e2e/screenshots.ts http://127.0.0.1:8080')

const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

await mkdir(folder, { recursive: true })
const { browser, close } = await openBrowser()
try {
  for (const colorScheme of ['dark', 'light'] as const) {
    const { page } = await openPage(browser, url, { viewport: DESKTOP, colorScheme, sharp: true })
    await settled(page)
    await page.screenshot({ path: join(folder, `live-${colorScheme}.png`) })
    const worst = page.locator('.worst-list button').first()
    if (site === undefined) await worst.click()
    else await page.goto(`${url}/?site=${site}`)
    await settled(page)
    await page.screenshot({ path: join(folder, `site-${colorScheme}.png`) })
    await page.goto(`${url}/?view=table`)
    await page.waitForSelector('.grid-row')
    await page.screenshot({ path: join(folder, `table-${colorScheme}.png`) })
    await page.goto(`${url}/calendar`)
    await page.locator('.timeline-row').nth(2).click()
    await page.locator('.history').waitFor()
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(folder, `calendar-${colorScheme}.png`) })
    await page.goto(`${url}/data`)
    await page.waitForSelector('.stage-card')
    await page.waitForTimeout(4_000)
    await page.screenshot({ path: join(folder, `data-${colorScheme}.png`) })
    await page.context().close()

    const phone = await openPage(browser, url, {
      viewport: PHONE,
      colorScheme,
      sharp: true,
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
    })
    await settled(phone.page)
    await phone.page.screenshot({ path: join(folder, `phone-${colorScheme}.png`) })
    await phone.page.context().close()
  }
} finally {
  await close()
}
