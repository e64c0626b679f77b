import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { chromiumPath, still } from './browser.ts'
import { startFixtureServer } from './fixture-server.ts'
import { pagesOf, parameter } from './pages.ts'

const BEFORE_AFTER = '/v1/incident-record/before-after'

/** Without a browser there is nothing to look at: install Chromium or set CHROMIUM_PATH. */
describe.skipIf(chromiumPath === null)('comparisons of the History page', () => {
  const pages = pagesOf(() => startFixtureServer())

  it('say how many more come in each weather, in any that is chosen, and what was left out', async () => {
    const { page, faults } = await open('/history?weather=snow&type=stalled')
    const queries = queriesOf(page, '/v1/incident-record/weather-rates')
    const rates = (url: URL) => url.pathname.endsWith('/weather-rates')
    await page.route(rates, route => route.fulfill({ json: { state: 'computing', result: null } }))
    await choose(page, 'Weather')
    await expect.poll(() => parameter(page, 'compare')).toBe('weather')
    await page.getByText('Comparing wet hours with dry ones').waitFor()
    await page.unroute(rates)
    const table = page.locator('.comparisons table')
    await table.getByText('By the weather of the day').waitFor()
    const rows = await table.locator('tbody tr').allInnerTexts()
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatch(
      /Heavy snow[\s\S]*90 % more than when dry \(95 %: ×1.50 to ×2.41\)[\s\S]*90 incidents/,
    )
    expect(rows[2]).toMatch(/Rain[\s\S]*4 % more than when dry[\s\S]*which may be chance/)
    await page.getByText('480 hours of which no weather is known (100 incidents)').waitFor()
    // What of the weather is chosen above would leave nothing to compare with.
    expect(queries[0]?.toString()).toBe('type=stalled')
    await choose(page, 'Weather')
    await table.waitFor({ state: 'detached' })
    expect(parameter(page, 'compare')).toBeNull()
    expect(faults).toEqual([])
  })

  it('tell what a change did to a place, once place and day are given, and hold all of it in the address', async () => {
    const { page, faults } = await open('/history')
    const queries = queriesOf(page, BEFORE_AFTER)
    await choose(page, 'A place, before and after')
    await page.getByText('Click a place on the map').waitFor()
    const place = page.getByLabel('Place (latitude, longitude)')
    await place.fill('somewhere')
    await expect.poll(() => place.getAttribute('aria-invalid')).toBe('true')
    await place.fill('40.7128, -74.006')
    await place.press('Enter')
    await expect.poll(() => parameter(page, 'near')).toBe('40.71280,-74.00600')
    expect(queries).toHaveLength(0)
    await page.getByLabel('Changed on').fill('2019-02-01')
    const answer = page.locator('.comparison-answer')
    await answer.waitFor()
    expect(await answer.getByRole('heading').innerText()).toBe(
      'After the change, 50 % fewer than was to be expected without it (95 %: ×0.16 to ×1.18), which may be chance.',
    )
    expect(await answer.innerText()).toContain('one would have said ×0.33')
    await page.getByLabel('Within').selectOption('500')
    await page.getByLabel('Days before and after').selectOption('90')
    await expect
      .poll(() => queries.at(-1)?.toString())
      .toBe('latitude=40.7128&longitude=-74.006&radius_m=500&changed=2019-02-01&days=90')
    await page.reload()
    await answer.waitFor()
    expect(await place.inputValue()).toBe('40.71280,-74.00600')
    expect(faults).toEqual([])
  })

  it('take a place from the map, and ask nothing of a day that no record has', async () => {
    const { page } = await open('/history?compare=place&changed=1970-01-01')
    const queries = queriesOf(page, BEFORE_AFTER)
    const map = page.locator('.map-card canvas').first()
    await map.waitFor()
    await map.scrollIntoViewIfNeeded()
    // A corner has no sign.
    await expect
      .poll(async () => {
        await map.click({ position: { x: 12, y: 12 } })
        return parameter(page, 'near')
      })
      .toMatch(/^-?\d+\.\d{5},-?\d+\.\d{5}$/)
    await page.getByText('Click a place on the map').waitFor()
    expect(queries).toHaveLength(0)
  })

  it('list works with their reports, each a way to its place before and after', async () => {
    const { page, faults } = await open('/history?compare=works')
    await page
      .getByText('All together: 60 % more than in the matched weeks (95 %: ×1.20 to ×2.10).')
      .waitFor()
    const row = page.locator('.comparisons tbody tr')
    const words = await row.innerText()
    expect(words).toContain('80 % more than in the matched weeks (95 %: ×0.90 to ×3.60), which may be chance')
    expect(words).toContain('12 incidents in 340 h, 14 in 700 matched h')
    await page.getByText('2 works and events lie before or after the record').waitFor()
    await page.getByRole('button', { name: 'Before and after C Street' }).click()
    await expect.poll(() => parameter(page, 'compare')).toBe('place')
    expect([parameter(page, 'near'), parameter(page, 'changed')]).toEqual([
      '40.71300,-74.00600',
      '2018-11-05',
    ])
    await page.locator('.comparison-answer').waitFor()
    expect(faults).toEqual([])
  })

  it('are told of the place of an incident that is open', async () => {
    const { page } = await open('/history?incident=fixture-17')
    await page
      .locator('.incident-panel')
      .getByRole('button', { name: /before and after/i })
      .click()
    await expect.poll(() => parameter(page, 'compare')).toBe('place')
    await page.locator('.comparison-answer').waitFor()
    expect(parameter(page, 'incident')).toBeNull()
  })

  async function open(path: string) {
    const opened = await pages.open(path)
    await opened.page.locator('.history-tiles').waitFor()
    await opened.page.locator('.comparisons').waitFor()
    await still(opened.page)
    return opened
  }
})

async function choose(page: Page, name: string): Promise<void> {
  await page.locator('.comparisons').getByRole('button', { name, exact: true }).click()
}

/** What is asked of an address from now on. */
function queriesOf(page: Page, path: string): URLSearchParams[] {
  const queries: URLSearchParams[] = []
  page.on('request', request => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname === path) queries.push(searchParams)
  })
  return queries
}
