import { openBrowser, openPage, settled } from './browser.ts'
import { quantile, scriptPerFrame, type TraceEvent } from './frame-trace.ts'
import { startFixtureServer } from './fixture-server.ts'

/**
 * What the page costs, as one JSON document. Software rendering: judge the cost of a frame, not the rate.
 * Usage: node test/e2e/performance.ts [url, default a fixture server] [seconds, default 20]
 */
const [given, seconds = '20'] = process.argv.slice(2)
const fixture = given === undefined ? await startFixtureServer() : null
const url = given ?? fixture?.url ?? ''
const { browser, close } = await openBrowser()
const round = (ms: number) => Math.round(ms * 10) / 10

try {
  const paints: number[] = []
  const maps: number[] = []
  for (let i = 0; i < 3; i++) {
    const { page } = await openPage(browser, url)
    await settled(page)
    const [paint, map] = await page.evaluate(() => [
      performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
      performance.getEntriesByName('arterial:paint')[0]?.startTime ?? 0,
    ])
    paints.push(paint)
    maps.push(map)
    await page.context().close()
  }

  const { page } = await openPage(browser, url)
  await settled(page)
  await browser.startTracing(page, { categories: ['devtools.timeline', 'toplevel', '__metadata'] })
  await page.waitForTimeout(Number(seconds) * 1_000)
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const frames = scriptPerFrame(trace.traceEvents)
  const measures = {} as Record<string, { p50: number; p95: number; count: number }>
  for (const name of ['arterial:live', 'arterial:paint']) {
    const durations = await page.evaluate(
      of => performance.getEntriesByName(of).map(entry => entry.duration),
      name,
    )
    measures[name] = {
      p50: round(quantile(durations, 0.5)),
      p95: round(quantile(durations, 0.95)),
      count: durations.length,
    }
  }
  await page.context().close()

  const interactions = await clicks(url)

  process.stdout.write(
    `${JSON.stringify(
      {
        firstPaintMs: round(quantile(paints, 0.5)),
        firstSitesPaintedMs: round(quantile(maps, 0.5)),
        frameScriptMs: {
          p50: round(quantile(frames, 0.5)),
          p95: round(quantile(frames, 0.95)),
          max: round(Math.max(0, ...frames)),
          frames: frames.length,
        },
        liveMs: measures['arterial:live'],
        paintMs: measures['arterial:paint'],
        // From the click to the next picture, as the browser's event timing has it (in steps of 8 ms).
        interactionMs: {
          p50: quantile(interactions, 0.5),
          p95: quantile(interactions, 0.95),
          count: interactions.length,
        },
      },
      null,
      2,
    )}\n`,
  )
} finally {
  await close()
  await fixture?.close()
}

/** Opens and closes sites, turns to the table and back. */
async function clicks(of: string): Promise<number[]> {
  const { page } = await openPage(browser, of)
  await settled(page)
  await page.evaluate(() => {
    const durations: number[] = []
    Reflect.set(globalThis, 'clickDurations', durations)
    const observer = new PerformanceObserver(list => {
      for (const { name, duration } of list.getEntries()) if (name === 'click') durations.push(duration)
    })
    // Node's types know no durationThreshold; 16 ms is the least.
    observer.observe({ type: 'event', durationThreshold: 16 } as unknown as Parameters<
      typeof observer.observe
    >[0])
  })
  for (let i = 0; i < 10; i++) {
    await page
      .locator('.worst-list button')
      .nth(i % 5)
      .click()
    await page.waitForTimeout(700)
    await page.getByRole('button', { name: 'Close this site' }).click()
    await page.waitForTimeout(700)
    await page.getByRole('button', { name: i % 2 === 0 ? 'Table' : 'Map', exact: true }).click()
    await page.waitForTimeout(700)
  }
  return page.evaluate(() => Reflect.get(globalThis, 'clickDurations') as number[])
}
