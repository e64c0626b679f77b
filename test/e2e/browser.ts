import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const CANDIDATES = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** What a page is given to do what it should: nothing where it does, and enough beside eight other busy processes. */
const PATIENCE_MS = 120_000

/** Where the browser is; null when there is none, and page tests are skipped. */
export const chromiumPath = CANDIDATES.find(path => path !== undefined && existsSync(path)) ?? null

/** A real Chromium with software WebGL, in a home of its own. */
export async function openBrowser(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  if (chromiumPath === null) throw new Error('No Chromium; set CHROMIUM_PATH')
  const home = await mkdtemp(join(tmpdir(), 'arterial-browser-'))
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox'],
    timeout: PATIENCE_MS,
    env: { ...process.env, HOME: home },
  })
  return {
    browser,
    close: async () => {
      await browser.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

export interface OpenPage {
  readonly page: Page
  /** Uncaught errors, console errors and requests to other hosts: all must stay empty. */
  readonly faults: string[]
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    ...options,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', error => faults.push(`page error: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('request', request => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(url).host)
      faults.push(`foreign request: ${request.url()}`)
  })
  await page.goto(url)
  return { page, faults }
}

/** The map has drawn the city, and fonts and charts are there. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByName('arterial:paint').length > 1)
  await still(page)
}

/** Nothing is on its way any more: no grey bars, and the document has as many elements as a third of a second before. */
export async function still(page: Page): Promise<void> {
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
  for (let calm = 0, before = -1; calm < 3;) {
    const now = await page.locator('*').count()
    calm = now === before ? calm + 1 : 0
    before = now
    await page.waitForTimeout(110)
  }
}

/** A resized page is laid out, and so is what it made of its new size. */
export async function laidOut(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>(resolve => {
        const frame = Reflect.get(globalThis, 'requestAnimationFrame') as (then: () => void) => void
        frame(() => frame(() => frame(resolve)))
      }),
  )
}

/** What these tests use of a DOM element; this side of the wall knows no browser types. */
export interface DomElement {
  readonly tagName: string
  readonly textContent: string
  readonly scrollWidth: number
  readonly clientWidth: number
  readonly scrollHeight: number
  readonly ownerDocument: {
    readonly activeElement: DomElement | null
    readonly body: DomElement
    querySelectorAll: (selector: string) => ArrayLike<DomElement>
  }
  closest: (selector: string) => DomElement | null
  getAttribute: (name: string) => string | null
  setAttribute: (name: string, value: string) => void
}
