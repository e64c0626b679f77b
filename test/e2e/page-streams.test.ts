import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { chromiumPath, pointUntil, settled, type DomElement } from './browser.ts'
import { startFixtureServer } from './fixture-server.ts'
import { pagesOf, parameter } from './pages.ts'

/** What is read of an entry of the browser's timeline. */
interface Entry {
  readonly entryType: string
  readonly value?: number
  readonly hadRecentInput?: boolean
}

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('weather, events, works and cameras on the page', () => {
  const pages = pagesOf(() => startFixtureServer())
  const open = (path: string) => pages.open(path)
  const heading = (page: Page) => page.locator('.panel h1').innerText()

  it('says the weather in one line, foretells it on hover, and opens its station', async () => {
    const { page, faults } = await open('/')
    const line = page.locator('.weather-link')
    await line.waitFor()
    await expect.poll(() => line.innerText()).toContain('1.4 mm/h')
    await line.hover()
    await page.locator('.weather-card .weather-step').nth(5).waitFor()
    await line.focus()
    await page.keyboard.press('Escape')
    await page.locator('.weather-card').waitFor({ state: 'detached' })
    await line.click()
    await expect.poll(() => heading(page)).toBe('City Hall')
    await expect.poll(() => parameter(page, 'station')).toBe('WX-1')
    await page.getByRole('button', { name: /North Park/ }).click()
    await expect.poll(() => page.locator('.weather-facts').innerText()).toContain('11.2 mm/h')
    expect(faults).toEqual([])
  })

  it('switches layers by keyboard and keeps them in the address', async () => {
    const { page } = await open('/')
    await settled(page)
    const layer = page.getByRole('switch', { name: /Cameras/ })
    await expect.poll(() => layer.getAttribute('aria-checked')).toBe('false')
    await layer.focus()
    await page.keyboard.press('Space')
    await expect.poll(() => parameter(page, 'layers')).toBe('weather,events,zones,cameras')
    await page.getByRole('switch', { name: /Weather/ }).click()
    await expect.poll(() => parameter(page, 'layers')).toBe('events,zones,cameras')
    await page.reload()
    await expect
      .poll(() => page.getByRole('switch', { name: /Weather/ }).getAttribute('aria-checked'))
      .toBe('false')
  })

  it('shows signs and boards: what drivers read, and which one does not work', async () => {
    const { page, faults } = await open('/?device=SIGN-1&layers=devices')
    await expect.poll(() => heading(page)).toBe('Message sign, E St')
    expect(await page.locator('.device-message span').allInnerTexts()).toEqual([
      'ROAD WORK AHEAD',
      'RIGHT LANE CLOSED',
    ])
    const layer = page.getByRole('switch', { name: /Signs and boards/ })
    await expect.poll(() => layer.innerText()).toContain('3')
    await page.goto(`${pages.server.url}/?device=BEACON-01`)
    await page.getByText('It does not work').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => parameter(page, 'device')).toBeNull()
    await page.goto(`${pages.server.url}/?device=GONE-1`)
    await page.getByText('There is no device GONE-1').waitFor()
    expect(faults).toEqual([])
  })

  it('opens what lies on the map, and chooses one thing at a time', async () => {
    const { page } = await open('/?site=INT-0405&layers=zones')
    await settled(page)
    const map = (await page.locator('.map-canvas').boundingBox())!
    const tip = page.locator('.map-tip')
    const places = Array.from({ length: 10 * 35 }, (_, i): [number, number] => [
      map.x + map.width * (0.55 + (i % 35) * 0.01),
      map.y + map.height * (0.35 + Math.floor(i / 35) * 0.02),
    ])
    await pointUntil(page, places, async () =>
      (await tip.allInnerTexts()).some(words => words.startsWith('E St resurfacing')),
    )
    await expect.poll(() => tip.innerText()).toContain('Work zone, now')
    await page.mouse.down()
    await page.mouse.up()
    await expect.poll(() => heading(page)).toBe('E St resurfacing')
    expect([parameter(page, 'zone'), parameter(page, 'site')]).toEqual(['WZ-1', null])
    await expect.poll(() => page.locator('.lanes li[data-closed="true"]').count()).toBe(2)
    await page.keyboard.press('Escape')
    await expect.poll(() => parameter(page, 'zone')).toBeNull()
  })

  it('has a calendar that works by keys: days, rows, what is chosen and its history', async () => {
    const { page, faults } = await open('/')
    await page.locator('.today-list').first().waitFor()
    await page.keyboard.press('c')
    await page.locator('.timeline-row').first().waitFor()
    const days = page.locator('.calendar-days')
    const today = await days.innerText()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => days.innerText()).not.toBe(today)
    await page.keyboard.press('n')
    await expect.poll(() => days.innerText()).toBe(today)
    await page.getByRole('button', { name: /^Concert/ }).click()
    await expect.poll(() => page.locator('.timeline-row').count()).toBe(1)
    await expect.poll(() => parameter(page, 'kinds')).toBe('concert')
    await page.locator('.timeline-row').focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => heading(page)).toBe('Night of the Strings')
    await expect.poll(() => page.locator('.history > li').count()).toBe(3)
    await expect.poll(() => page.locator('.history').innerText()).toContain('planned → confirmed')
    await expect.poll(() => page.locator('.panel').innerText()).toContain('lanes are taken where people come')
    await page.getByRole('link', { name: 'On the map' }).click()
    await page.locator('.map-canvas').waitFor()
    await expect.poll(() => heading(page)).toBe('Night of the Strings')
    expect(faults).toEqual([])
  })

  it('points conflicts out, and walks the rows with j and k', async () => {
    const { page } = await open('/calendar')
    await page.locator('.timeline-row').nth(3).waitFor()
    await expect.poll(() => page.locator('.conflicts summary').innerText()).toContain('3 conflicts')
    await page.locator('.timeline-row[tabindex="0"]').focus()
    const first = await page.locator(':focus').innerText()
    await page.keyboard.press('j')
    await expect.poll(() => page.locator('.timeline-row:focus').innerText()).not.toBe(first)
    await page.keyboard.press('k')
    await expect.poll(() => page.locator('.timeline-row:focus').innerText()).toBe(first)
    await page.locator('.conflicts li button').first().click()
    await expect.poll(() => heading(page)).toBe('E St resurfacing')
  })

  it('shows what a site’s camera sees and counts, with words for those who do not see it', async () => {
    const { page, faults } = await open('/?site=INT-0000')
    const picture = page.getByRole('img', { name: /^Picture of the camera A St & 1 Ave, north, taken/ })
    await picture.waitFor()
    await expect.poll(() => page.locator('.class-counts > div').count()).toBe(6)
    await expect.poll(() => page.locator('.camera-figure figcaption').innerText()).toMatch(/^Taken \d+ s ago/)
    expect(faults).toEqual([])
  })

  it('never asks for the picture of a hidden camera, and says so', async () => {
    const { page, asked } = await open('/?camera=CAM-0304')
    await page.getByText('hidden by policy').first().waitFor()
    await page.locator('.class-counts').waitFor()
    expect(asked.filter(path => path.endsWith('/snapshot'))).toEqual([])
  })

  it('says in words why a camera gives no picture, keeps the last one, and tries again', async () => {
    const { page } = await open('/?camera=CAM-0000')
    await page.locator('.camera-picture img').waitFor()
    await page.route('**/snapshot', route =>
      route.fulfill({
        status: 502,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          ...{ type: 'about:blank', title: 'Bad gateway', status: 502, code: 'ART_CAMERA_SILENT' },
          detail: 'The camera does not answer.',
        }),
      }),
    )
    await page.getByText('The camera does not answer.').waitFor()
    await expect.poll(() => page.locator('.camera-picture').getAttribute('data-old')).toBe('true')
    await page.unroute('**/snapshot')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The camera does not answer.').waitFor({ state: 'detached' })
  })

  it('hides what this server does not know', async () => {
    const { page } = await open('/data')
    for (const list of ['weather', 'stations', 'events', 'venues', 'work-zones', 'cameras', 'field-devices'])
      await page.route(
        url => url.pathname === `/v1/${list}`,
        route => route.fulfill({ status: 404, contentType: 'application/json', body: '{}' }),
      )
    await page.goto(pages.server.url)
    await settled(page)
    for (const part of ['.weather-link', '.layer-list', '.today-list'])
      expect(await page.locator(part).count(), part).toBe(0)
    await page.keyboard.press('c')
    await page.getByText('No events or works yet').waitFor()
  })

  it('moves nothing when the layers come', async () => {
    const { page } = await open('/')
    await settled(page)
    const shift = await page.evaluate(
      () =>
        new Promise<number>(resolve => {
          let sum = 0
          const observer = new PerformanceObserver(list => {
            const entries = list.getEntries() as unknown as readonly Entry[]
            for (const { entryType, value = 0, hadRecentInput } of entries)
              if (entryType === 'layout-shift' && hadRecentInput !== true) sum += value
            if (entries.some(({ entryType }) => entryType === 'paint')) resolve(sum)
          })
          // Node's types do not know these two. The first paint, asked for last, comes last, and was there in any case.
          for (const type of ['layout-shift', 'paint'])
            observer.observe({ type, buffered: true } as unknown as Parameters<typeof observer.observe>[0])
        }),
    )
    // What browsers call good is below 0.1 (web.dev, Cumulative Layout Shift).
    expect(shift).toBeLessThan(0.1)
    const width = await page.locator('html').evaluate((element: DomElement) => element.scrollWidth)
    expect(width).toBe(1440)
  })
})
