import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page, type Request } from 'playwright-core'

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
  /** Paths of all requests so far. */
  readonly asked: readonly string[]
}

export interface PageOptions extends BrowserContextOptions {
  /** Pictures of maps and charts are looked at. Else they are drawn with a sixteenth of the pixels: software draws slowly. */
  readonly sharp?: boolean
}

export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenPage> {
  const { sharp = false, ...more } = options
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    ...more,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  if (!sharp) await context.addInitScript({ content: COARSE })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', error => faults.push(`page error: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  const asked: string[] = []
  page.on('request', request => {
    const { host, protocol, pathname } = new URL(request.url())
    asked.push(pathname)
    if (protocol.startsWith('http') && host !== new URL(url).host)
      faults.push(`foreign request: ${request.url()}`)
  })
  watchRequests(page)
  await page.goto(url)
  return { page, faults, asked }
}

/** Canvases ask how many pixels a px has; the layout does not. */
const COARSE = `Object.defineProperty(globalThis, 'devicePixelRatio', { get: () => 0.25, set: () => {} })`

/** What each page has asked of the API and not been answered yet. */
const awaited = new WeakMap<Page, Set<Request>>()

function watchRequests(page: Page): void {
  const open = new Set<Request>()
  awaited.set(page, open)
  page.on('request', request => {
    if (request.resourceType() === 'fetch') open.add(request)
  })
  page.on('requestfinished', request => open.delete(request))
  page.on('requestfailed', request => open.delete(request))
}

/** The map has drawn the city, and fonts and charts are there. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByName('arterial:paint').length > 1)
  await still(page)
}

/** Nothing is on its way any more: no grey bars, no question without its answer, and frames that change no element. */
export async function still(page: Page): Promise<void> {
  for (let calm = 0, before = -1; calm < 3;) {
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    await laidOut(page)
    const now = await page.locator('*').count()
    calm = now === before && awaited.get(page)?.size === 0 ? calm + 1 : 0
    before = now
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

/** Leads the pointer from place to place until the page shows what is looked for. @returns where @throws when it is nowhere there */
export async function pointUntil(
  page: Page,
  places: Iterable<readonly [number, number]>,
  isFound: () => Promise<boolean>,
): Promise<readonly [number, number]> {
  for (const place of places) {
    await page.mouse.move(...place)
    await laidOut(page)
    if (await isFound()) return place
  }
  throw new Error('The pointer went everywhere, and what is looked for was not shown')
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
