import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import {
  chromiumPath,
  laidOut,
  pointUntil,
  settled,
  still,
  type DomElement,
  type PageOptions,
} from './browser.ts'
import { fixtureZone } from './fixture-city.ts'
import { startFixtureServer, TURN_MS, type FixtureState } from './fixture-server.ts'
import { pagesOf, parameter } from './pages.ts'

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('the page', () => {
  const pages = pagesOf(() => startFixtureServer())
  afterEach(() => {
    pages.server.lose(false)
  })

  const open = (path = '/', state: FixtureState = 'live', options: PageOptions = {}) => {
    pages.server.become(state)
    return pages.open(path, options)
  }
  const status = (page: Page) => page.locator('.state-pill')

  it('shows the live city without an error, a foreign request or a breach of the content policy', async () => {
    const { page, faults } = await open('/', 'live', { sharp: true })
    await settled(page)
    await expect.poll(() => status(page).innerText()).toContain('Live')
    await expect.poll(() => page.locator('.badge-simulated').innerText()).toBe('SIMULATED')
    await expect.poll(() => page.locator('.district-card').count()).toBe(4)
    await expect.poll(() => page.locator('.time-chart').count()).toBe(3)
    await expect.poll(() => page.locator('.legend li').count()).toBe(7)
    expect(faults).toEqual([])
  })

  it('opens an intersection clicked on the map and keeps it in the address', async () => {
    const { page } = await open('/?site=INT-0405')
    await settled(page)
    await expect.poll(() => page.locator('.panel h1').innerText()).toBe('E St & 6 Ave')
    await page.getByRole('button', { name: 'Close this site' }).click()
    await expect.poll(() => parameter(page, 'site')).toBeNull()
    const box = (await page.locator('.map-canvas').boundingBox())!
    // Somewhere on the grid: walk over the map until the pointer says that there is a site.
    const places = Array.from({ length: 50 }, (_, i): [number, number] => [
      box.x + box.width * (0.35 + i * 0.012),
      box.y + box.height * 0.5 + i * 2.4,
    ])
    await pointUntil(page, places, () => page.locator('.map-tip').isVisible())
    const title = await page.locator('.map-tip strong').innerText()
    await page.mouse.down()
    await page.mouse.up()
    await expect.poll(() => page.locator('.panel h1').innerText()).toBe(title)
    await expect.poll(() => parameter(page, 'site')).toMatch(/^INT-\d{4}$/)
  })

  it('has the same choice in the table as on the map', async () => {
    const { page } = await open('/?view=table&site=INT-0405')
    await page.locator('.grid-row[aria-selected="true"]').waitFor()
    await expect.poll(() => page.locator('.grid-row[aria-selected="true"]').innerText()).toContain('INT-0405')
    await page.getByRole('searchbox', { name: 'Filter sites' }).fill('j st 10')
    await expect.poll(() => page.locator('.grid-row').count()).toBe(1)
    await page.locator('.grid-row').click()
    await expect.poll(() => page.locator('.panel h1').innerText()).toBe('J St & 10 Ave')
    await page.getByRole('button', { name: 'Map', exact: true }).click()
    await expect.poll(() => parameter(page, 'site')).toBe('INT-0909')
  })

  it('shows only what is chosen in the legend, on the map and in the table, and keeps it in the address', async () => {
    const { page } = await open()
    await settled(page)
    const row = (mark: RegExp) => page.locator('.legend').getByRole('button', { name: mark })
    await row(/^over 80 s/).click()
    await row(/^55–80 s/).click()
    await expect.poll(() => parameter(page, 'grades')).toBe('E,F')
    const shown = Number.parseInt(
      await page.locator('.legend-row[aria-pressed="true"] .legend-count').first().innerText(),
    )
    expect(shown).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Table', exact: true }).click()
    await page.getByText('Only E and F').waitFor()
    await page.locator('.grid-row').first().waitFor()
    const marks = await page.locator('.grid-row [data-column="grade"] .visually-hidden').allInnerTexts()
    expect(new Set(marks.map(mark => mark.charAt(0)))).toEqual(new Set(['E', 'F']))
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => parameter(page, 'grades')).toBeNull()
  })

  it('keeps place and zoom of the map in the address, and comes back to them', async () => {
    const { page } = await open()
    await settled(page)
    expect(parameter(page, 'at')).toBeNull()
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await expect.poll(() => parameter(page, 'at')).not.toBeNull()
    const url = page.url()
    const tip = page.locator('.map-tip')
    const map = (await page.locator('.map-canvas').boundingBox())!
    const places = Array.from({ length: 80 }, (_, i): [number, number] => [
      map.x + map.width * 0.3 + i * 6,
      map.y + map.height * 0.4 + i * 2,
    ])
    const place = await pointUntil(page, places, () => tip.isVisible())
    const title = await tip.locator('strong').innerText()
    await page.goto(url)
    await settled(page)
    expect(page.url()).toBe(url)
    // The same part of the city is drawn: at the same place lies the same site.
    await pointUntil(
      page,
      Array.from({ length: 20 }, () => place),
      () => tip.isVisible(),
    )
    expect(await tip.locator('strong').innerText()).toBe(title)
    await page.getByRole('button', { name: 'Show the whole city' }).click()
    await expect.poll(() => parameter(page, 'at')).toBeNull()
  })

  it('says that data are stale, and since when', async () => {
    const { page } = await open('/', 'stale')
    await page.locator('.live-page[data-stale="true"]').waitFor()
    await expect.poll(() => status(page).innerText()).toContain('Stale')
    await expect.poll(() => page.locator('.banner').innerText()).toContain('No new readings since')
    await page.locator('.worst-list').waitFor()
    await expect.poll(() => page.locator('.panel-section').first().innerText()).toMatch(/^Longest waits at/)
  })

  it('takes the newest reading as now with historical data, and says the date', async () => {
    const { page } = await open('/', 'historical')
    await settled(page)
    await expect.poll(() => page.locator('.banner').innerText()).toContain('26 Jun 2012')
    await expect.poll(() => page.locator('.status-clock').innerText()).toContain('2012 17:55 PDT')
    await expect.poll(() => page.locator('.legend h2').innerText()).toContain('Mean speed')
    await expect.poll(() => page.locator('.time-chart').count()).toBe(1)
  })

  it('keeps the last picture when the connection is lost, and resumes by itself', async () => {
    const { page } = await open()
    await settled(page)
    pages.server.lose(true)
    await page.locator('.banner[data-tone="danger"]').waitFor()
    await expect.poll(() => page.locator('.worst-list li').count()).toBe(5)
    await expect
      .poll(() => page.getByRole('status').allInnerTexts())
      .toContainEqual(expect.stringContaining('Connection lost'))
    await expect.poll(() => page.locator('.live-page').getAttribute('data-stale')).toBe('true')
    pages.server.lose(false)
    await page.locator('.banner').waitFor({ state: 'detached' })
    await expect.poll(() => status(page).innerText()).toContain('Live')
  })

  it('tells an empty installation what to do, and comes alive by itself', async () => {
    const { page } = await open('/', 'empty')
    await page.getByText('No readings yet').waitFor()
    pages.server.become('live')
    await page.locator('.worst-list').waitFor()
    await expect.poll(() => page.locator('.legend li').nth(0).innerText()).not.toBe('')
  })

  it('shows miles where the city has miles, and kilometres when asked', async () => {
    const { page } = await open('/', 'us')
    await settled(page)
    await expect.poll(() => page.locator('.key-figures').innerText()).toContain('mph')
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('button', { name: 'Metric (km/h)' }).click()
    await expect.poll(() => page.locator('.key-figures').innerText()).toContain('km/h')
    await expect.poll(() => parameter(page, 'units')).toBe('metric')
  })

  it('is in the theme of the system from its first look, on a page without a map or a chart too', async () => {
    const { page } = await open('/data', 'live', { colorScheme: 'light' })
    await page.locator('.data-page').waitFor()
    expect(await page.locator('html').getAttribute('data-theme-now')).toBe('light')
  })

  it('remembers the theme, not in the address', async () => {
    const { page } = await open()
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('button', { name: 'Light', exact: true }).click()
    await page.reload()
    await expect.poll(() => page.locator('html').getAttribute('data-theme-now')).toBe('light')
    expect(page.url()).not.toContain('theme')
  })

  it('shows the pipeline, its trouble and the refused lines with their reasons', async () => {
    const { page, faults } = await open('/data', 'troubled')
    await page.getByText('engine ended').waitFor()
    await expect.poll(() => page.locator('.stage-card').count()).toBe(4)
    await page
      .getByRole('button', { name: /Not UTF-8/ })
      .first()
      .click()
    await expect.poll(() => parameter(page, 'reason')).toBe('utf8')
    await expect
      .poll(async () => new Set(await page.locator('.line-reasons').allInnerTexts()))
      .toEqual(new Set(['Not UTF-8']))
    await page.locator('.line').first().click()
    await expect.poll(() => page.locator('.line-more').innerText()).toContain('of the log')
    // A reason belongs to its stream, which can be chosen as a whole.
    await page
      .getByRole('region', { name: /Weather observations/ })
      .getByRole('button')
      .first()
      .click()
    await expect.poll(() => parameter(page, 'stream')).toBe('weather')
    await expect.poll(() => parameter(page, 'reason')).toBeNull()
    await expect.poll(() => page.locator('.line').count()).toBe(4)
    await expect.poll(() => page.locator('.drift tbody tr').count()).toBe(3)
    expect(faults).toEqual([])
  })

  it('shows the finished quarter-hour ten seconds after its turn, and no false all-clear', async () => {
    const { page } = await open('/', 'turn')
    await page.clock.setFixedTime(TURN_MS)
    await page.reload()
    // A clock that stands still measures nothing, so the marks that `settled` waits for are no use.
    await page.locator('.time-chart-time').first().waitFor()
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: fixtureZone.timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    const endMs = TURN_MS - 10_000
    await expect
      .poll(() => page.locator('.district-window').innerText())
      .toBe(`Districts, ${clock.format(endMs - 900_000)}–${clock.format(endMs)}`)
    const readout = await page.locator('.time-chart-time').first().innerText()
    expect(readout).toBe(`${clock.format(endMs - 900_000)}–${clock.format(endMs)}`)
    // The afternoon's peak: downtown is jammed, and stays so through the turn.
    const share = await page
      .locator('.district-card')
      .first()
      .locator('.district-facts b')
      .first()
      .innerText()
    expect(Number.parseInt(share)).toBeGreaterThan(30)
  })

  it('says of a sensor that is mostly gaps how much was measured, not that all is as usual', async () => {
    const { page } = await open('/?site=INT-0405', 'gaps')
    await settled(page)
    await page.locator('.time-chart h3').nth(2).waitFor()
    const titles = await page.locator('.time-chart h3').allInnerTexts()
    expect(titles).toHaveLength(3)
    for (const title of titles) expect(title).toMatch(/, measured for \d of the last 24 hours$/)
    expect(await page.locator('.site-figures').innerText()).not.toContain('usual')
  })

  it('tells what was lost in the header of every page, and which, until somebody has noted it', async () => {
    const { page } = await open('/', 'lossy')
    await page.getByRole('link', { name: '341 readings lost' }).click()
    await page.locator('.loss-list li').nth(1).waitFor()
    await expect
      .poll(() => page.locator('.loss-list li').first().innerText())
      .toContain('arterial losses acknowledge log-120344')
    await expect.poll(() => page.locator('.loss-list li').nth(1).innerText()).toContain('noted by Ada')
  })

  it('does not move rows under the pointer', async () => {
    const { page } = await open()
    // Before all is there, the list itself may move away from the pointer.
    await settled(page)
    await page.locator('.worst-list').hover()
    await laidOut(page)
    const titles = () => page.locator('.worst-title').allInnerTexts()
    const before = await titles()
    const heard = () => page.evaluate(() => performance.getEntriesByName('arterial:live').length)
    const first = await heard()
    await expect.poll(heard).toBeGreaterThan(first + 4)
    await laidOut(page)
    expect(await titles()).toEqual(before)
  })

  it('keeps the words beside the pointer within the map', async () => {
    const { page } = await open('/', 'live', { viewport: { width: 1280, height: 720 } })
    await settled(page)
    const map = (await page.locator('.city-map').boundingBox())!
    const legend = (await page.locator('.legend').boundingBox())!
    const tip = page.locator('.map-tip')
    // Along the lowest street, from the right, until there is a site.
    const places = Array.from({ length: Math.floor(map.width / 10) }, (_, i): [number, number] => [
      map.x + map.width - i * 5,
      legend.y - 32,
    ])
    await pointUntil(page, places, () => tip.isVisible())
    const box = (await tip.boundingBox())!
    expect(box.x + box.width).toBeLessThan(map.x + map.width)
    expect(box.y + box.height).toBeLessThan(map.y + map.height)
  })

  it.each([
    ['a phone', { viewport: { width: 390, height: 844 } }],
    ['a desk at 200 % text', { viewport: { width: 720, height: 450 } }],
  ])('fits %s without scrolling sideways', async (_, options) => {
    const { page } = await open('/', 'live', options)
    for (const path of ['/', '/?site=INT-0405', '/?view=table', '/data', '/calendar']) {
      await page.goto(pages.server.url + path)
      await page.locator('.panel, .data-page, .timeline').first().waitFor()
      await still(page)
      const width = await page.locator('.frame').evaluate((element: DomElement) => element.scrollWidth)
      expect(width, path).toBeLessThanOrEqual(options.viewport.width)
    }
  })
})
