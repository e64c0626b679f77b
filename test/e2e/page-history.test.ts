import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { violationsInBothThemes } from './axe.ts'
import { chromiumPath, laidOut, still, type DomElement, type PageOptions } from './browser.ts'
import { startFixtureServer } from './fixture-server.ts'
import { pagesOf, parameter } from './pages.ts'

const WIDTHS = [320, 360, 390, 768, 1024, 1440, 1920]
const WITH_ALL = '/history?incident=fixture-17'
const WITH_CLUSTERS = '/history?from=2018-10-01&marks=hexes&by=clusters'
const WITH_RATES = '/history?from=2018-10-01&marks=hexes&by=rates&compare=works'
const WITH_ANALYSIS = '/history?from=2018-10-01&marks=hexes&line=trend'
const WITH_RISK = '/history?marks=risk&place=BELTLINE'

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('the History page', () => {
  const pages = pagesOf(() => startFixtureServer())
  afterEach(() => {
    pages.server.become('live')
  })

  it('has nothing that axe finds, dark or light', async () => {
    const { page, faults } = await open(WITH_ALL)
    expect(await violationsInBothThemes(page)).toEqual([])
    for (const path of [
      ...['/history?view=table&type=stalled&hours=7-9', WITH_ANALYSIS, WITH_CLUSTERS, WITH_RATES, WITH_RISK],
    ]) {
      await page.goto(pages.server.url + path)
      await shown(page)
      expect(await violationsInBothThemes(page), path).toEqual([])
    }
    expect(faults).toEqual([])
  })

  it('never scrolls sideways', async () => {
    const { page } = await open(WITH_ALL)
    for (const path of [
      WITH_ALL,
      WITH_ANALYSIS,
      WITH_RATES,
      '/history?view=table&community=BELTLINE|SUNRIDGE&words=street',
    ]) {
      if (path !== WITH_ALL) await page.goto(pages.server.url + path)
      await shown(page)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 844 })
        await laidOut(page)
        const scrolled = await page.locator('html').evaluate((element: DomElement) => element.scrollWidth)
        expect(scrolled, `${path} at ${width} px`).toBe(width)
      }
    }
  })

  it('shows on a phone what was found, and the rest of the filters when asked', async () => {
    const { page } = await open('/history', { viewport: { width: 390, height: 844 } })
    const community = page.getByLabel('Community')
    expect(await community.isVisible()).toBe(false)
    const tiles = (await page.locator('.history-tiles').boundingBox())!
    expect(tiles.y + 100).toBeLessThan(844)
    await page.getByRole('button', { name: 'More filters' }).click()
    await community.waitFor({ state: 'visible' })
    await page.getByRole('button', { name: 'Fewer filters' }).click()
    await community.waitFor({ state: 'hidden' })
  })

  it('holds every choice in the address, and takes it back', async () => {
    const { page, faults } = await open('/history')
    const all = await total(page)
    await page.getByLabel('Year').selectOption('2019')
    await expect.poll(() => parameter(page, 'from')).toBe('2019-01-01')
    await page.getByRole('button', { name: /^Stalled vehicle/ }).click()
    await page.getByLabel('Community').fill('beltline')
    await expect.poll(() => parameter(page, 'community')).toBe('BELTLINE')
    await page.getByLabel('From hour').selectOption('6')
    await page.getByLabel('Words of the report').fill('street')
    await expect.poll(() => parameter(page, 'words')).toBe('street')
    await expect.poll(() => total(page)).toBeLessThan(all)
    const some = await total(page)
    const again = await open(page.url().slice(pages.server.url.length))
    await expect.poll(() => total(again.page)).toBe(some)
    await page.getByRole('button', { name: 'Reset all' }).click()
    await expect.poll(() => total(page)).toBe(all)
    await expect.poll(() => new URL(page.url()).search).toBe('')
    expect(faults).toEqual([])
  })

  it('works by keys: an hour of the week, the ends of the range, the table, an incident, back', async () => {
    const { page } = await open('/history')
    await page.locator('[data-cell="1 8"]').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => parameter(page, 'weekday')).toBe('2')
    await expect.poll(() => parameter(page, 'hours')).toBe('8-8')
    await page.getByRole('slider', { name: 'First day' }).focus()
    await page.keyboard.press('PageUp')
    await expect.poll(() => parameter(page, 'from')).toBe('2018-10-31')
    await page.locator('#main').focus()
    await page.keyboard.press('t')
    await page.locator('.grid-row[tabindex="0"]').focus()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What changed when' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => parameter(page, 'incident')).toBeNull()
  })

  it('tells of an incident what changed, what is doubtful, and what it was linked by', async () => {
    const { page } = await open(WITH_ALL)
    const panel = page.locator('.incident-panel')
    await panel.getByText('The right lane has reopened.').waitFor()
    const words = await panel.innerText()
    expect(words).toContain('the source says 11/03/2018 03:00:00 AM')
    expect(words).toContain('does not agree with its place')
    expect(words).toContain('same second of the start, 41 m apart, another text')
    await panel.getByRole('button', { name: 'fixture-18' }).click()
    await expect.poll(() => parameter(page, 'incident')).toBe('fixture-18')
  })

  it('finds hotspots: says that it is computing, then lists them against the period before, and shows one', async () => {
    const { page, faults } = await open('/history?from=2018-10-02')
    // It goes on computing until somebody has seen that it does.
    const hotspots = (url: URL) => url.pathname.endsWith('/hotspots')
    await page.route(hotspots, route => route.fulfill({ json: { state: 'computing', result: null } }))
    await page.getByRole('button', { name: 'Hotspots' }).click()
    await expect.poll(() => parameter(page, 'marks')).toBe('hexes')
    await page.getByText('Looking for hotspots').waitFor()
    await page.unroute(hotspots)
    const spots = page.locator('.hotspots li button')
    await spots.first().waitFor()
    await expect.poll(() => spots.count()).toBe(3)
    await expect.poll(() => spots.first().innerText()).toMatch(/Emerging, 2.4 times as many/)
    await spots.first().focus()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await expect.poll(() => parameter(page, 'place')).not.toBeNull()
    await expect.poll(() => spots.nth(1).getAttribute('aria-pressed')).toBe('true')
    await page.getByText('Compared with 1 Jan 2018').waitFor()
    expect(faults).toEqual([])
  })

  it('finds hotspots by clusters and by traffic too, and holds in the address how', async () => {
    const { page, faults } = await open('/history?from=2018-10-01&marks=hexes')
    const spots = page.locator('.hotspots li button')
    const switched = page.getByRole('group', { name: 'How hotspots are found' })
    await switched.getByRole('button', { name: 'Clusters' }).click()
    await expect.poll(() => parameter(page, 'by')).toBe('clusters')
    await page.getByText('2 places with 8 reports or more within 100 m').waitFor()
    await expect.poll(() => spots.first().innerText()).toMatch(/Emerging, 80 % more, which may be chance/)
    await spots.first().click()
    await expect.poll(() => parameter(page, 'place')).toMatch(/^40\.\d+,-74\.\d+$/)
    await switched.getByRole('button', { name: 'Rate' }).click()
    await expect.poll(() => parameter(page, 'by')).toBe('rates')
    expect(parameter(page, 'place')).toBeNull()
    await page.getByText('2 sites with counts, 23 without.').waitFor()
    const words = await spots.allInnerTexts()
    expect(words[0]).toMatch(/C St & 1 Ave[\s\S]*Emerging, 5.9 a million vehicles \(3.8 to 8.7\)/)
    expect(words[1]).toMatch(/As usual, 2.2 a million/)
    await page.reload()
    await expect.poll(() => spots.count()).toBe(2)
    await switched.getByRole('button', { name: 'Cells' }).click()
    await expect.poll(() => parameter(page, 'by')).toBeNull()
    await page.getByText(/hexagons of 0.1 km² judged/).waitFor()
    expect(faults).toEqual([])
  })

  it('draws the trend where asked, with when the level changed in words', async () => {
    const { page, faults } = await open('/history')
    const option = page.getByRole('button', { name: 'Trend and changes' })
    await option.click()
    await expect.poll(() => parameter(page, 'line')).toBe('trend')
    const words = page.locator('.day-chart-changes')
    await words.waitFor()
    await expect.poll(() => words.innerText()).toContain('from 3.4 to 4.2 a day')
    await expect.poll(() => words.innerText()).toContain('rather the recording than the traffic')
    await option.click()
    await words.waitFor({ state: 'detached' })
    await expect.poll(() => parameter(page, 'line')).toBeNull()
    expect(faults).toEqual([])
  })

  it('shows what is to be expected where and why, of which day, and how good it was', async () => {
    const { page, faults } = await open('/history')
    await page.getByRole('button', { name: 'Next 24 h' }).click()
    await expect.poll(() => parameter(page, 'marks')).toBe('risk')
    const places = page.locator('.risk-list > li > button')
    await places.first().waitFor()
    await page.getByText('The record ends on 28 May 2019').waitFor()
    await page.getByText('1.0 % closer than the plain product').waitFor()
    await places.nth(1).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => parameter(page, 'place')).toBe('DOWNTOWN COMMERCIAL CORE')
    await page.getByText('40 % more than usual in Downtown Commercial Core').waitFor()
    await expect
      .poll(() => page.locator('.hour-bars').getAttribute('aria-label'))
      .toContain('Wednesday 08:00')
    expect(faults).toEqual([])
  })

  it('plays the range, rests where it is paused, and says so in the address', async () => {
    const { page } = await open('/history?marks=points')
    // At its slowest it is not over before somebody pauses it.
    await page.getByLabel('Speed of the playback').selectOption('1 h/s')
    await page.getByRole('button', { name: 'Play the range' }).click()
    await page.getByText(/began in the .* before/).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect.poll(() => parameter(page, 'moment')).toMatch(/^201\d-/)
    await page.getByRole('button', { name: 'Show all', exact: true }).click()
    await expect.poll(() => parameter(page, 'moment')).toBeNull()
  })

  it('gives files of what is chosen', async () => {
    const { page } = await open('/history?type=pedestrian')
    const rows = await total(page)
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ])
    const lines = (await readFile(await csv.path(), 'utf8')).trimEnd().split('\r\n')
    expect(lines).toHaveLength(rows + 1)
    const [geoJson] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as GeoJSON' }).click(),
    ])
    const { features } = JSON.parse(await readFile(await geoJson.path(), 'utf8')) as { features: unknown[] }
    expect(features).toHaveLength(rows)
    const parquet = page.getByRole('link', { name: 'Download as Parquet' })
    await expect.poll(() => parquet.getAttribute('href')).toBe('/v1/incident-record/export?type=pedestrian')
  })

  it('says what to do where there is no record, and where nothing fits', async () => {
    const { page } = await open('/history?words=nowhere')
    await page.getByText('No incident fits').waitFor()
    pages.server.become('empty')
    await page.reload()
    await page.getByText('arterial incidents import').waitFor()
  })

  async function open(path: string, options: PageOptions = {}) {
    const opened = await pages.open(path, options)
    await shown(opened.page)
    return opened
  }
})

/** Figures, places and, where they are asked for, findings are there. */
async function shown(page: Page): Promise<void> {
  await page.locator('.history-tiles, .history-nothing').first().waitFor()
  await page.locator('.skeleton, [data-stale="true"]').first().waitFor({ state: 'detached' })
  await still(page)
}

async function total(page: Page): Promise<number> {
  await page.locator('.history-found[data-stale="false"]').waitFor()
  return Number((await page.locator('.history-tiles strong').first().innerText()).replaceAll(',', ''))
}
