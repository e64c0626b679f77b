import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { openBrowser, openPage, type OpenPage, type PageOptions } from './browser.ts'

interface Server {
  readonly url: string
  readonly close: () => Promise<unknown>
}

export interface Pages<S extends Server> {
  readonly server: S
  /** A page of the server (or of another one, by its whole address), closed when the test ends. */
  readonly open: (path: string, options?: PageOptions) => Promise<OpenPage>
}

/** Of a page's words, as many as a reader of a log can take in. */
const MOST_WORDS = 3_000
/** A page that hangs is not waited for when it is to say what was on it. */
const LAST_WORDS_MS = 20_000

/** The browser and the server of a file of tests. What was on the pages of a test that failed stands in its message. */
export function pagesOf<S extends Server>(start: () => Promise<S>): Pages<S> {
  let held: { browser: Browser; closeBrowser: () => Promise<void>; server: S } | undefined
  let opened: OpenPage[] = []
  const parts = () => {
    if (held === undefined) throw new Error('Pages are opened in tests, after the hooks')
    return held
  }

  beforeAll(async () => {
    const { browser, close: closeBrowser } = await openBrowser()
    held = { browser, closeBrowser, server: await start() }
  })
  afterAll(async () => {
    await held?.closeBrowser()
    await held?.server.close()
  })
  beforeEach(() => {
    opened = []
  })
  afterEach(async ({ task }) => {
    const error = task.result?.state === 'fail' ? task.result.errors?.at(-1) : undefined
    if (error !== undefined) error.message += await lastWords(opened)
    for (const { page } of opened) await page.context().close()
  })

  return {
    get server() {
      return parts().server
    },
    open: async (path, options) => {
      const { browser, server } = parts()
      const made = await openPage(browser, new URL(path, server.url).href, options)
      opened.push(made)
      return made
    },
  }
}

export function parameter(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name)
}

/** What a reader of the log would see on the screen, and what the console said. */
async function lastWords(opened: readonly OpenPage[]): Promise<string> {
  const each = opened
    .filter(({ page }) => !page.isClosed())
    .map(async ({ page, faults }) => {
      const words = await page
        .locator('body')
        .innerText({ timeout: LAST_WORDS_MS })
        .catch((error: unknown) => `(no words: ${String(error)})`)
      const shown = words.replaceAll(/\s*\n\s*/g, '\n').slice(0, MOST_WORDS)
      return ['', `── ${page.url()} showed`, shown, ...faults].join('\n')
    })
  return (await Promise.all(each)).join('\n')
}
