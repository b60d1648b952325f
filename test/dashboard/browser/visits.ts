import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core'
import { openTestBrowser } from '../../support/browser.ts'
import type { Stage, StageUser } from './stage.ts'

export interface VisitOptions {
  /** the user who is logged in; nobody by default */
  as?: StageUser
  path?: string
  /** px; 1024 x 720 by default, the smallest wide layout, because drawing the map takes time for each pixel */
  viewport?: { width: number; height: number }
  theme?: 'light' | 'dark'
  /** Europe/Stockholm by default */
  timezoneId?: string
  /** errors in the console that the test causes, such as by a wrong password or a stopped broker */
  expected?: readonly RegExp[]
  /** other origins that the page may use, such as those of an operator's maps */
  origins?: readonly string[]
  /** true by default. The plain map of a browser without WebGL takes half the processor time, for tests of something else. */
  hasWebGl?: boolean
}

/** Open pages, each in a context of its own, and the errors in them. */
export interface Visits {
  open: (options?: VisitOptions) => Promise<Page>
  pages(): Page[]
  /** errors in a console, violations of the content policy, and requests to other origins */
  faults: string[]
  /** Closes all pages. */
  close(): Promise<void>
}

const ACTION_TIMEOUT_MS = 20_000
/** Without a login, the page requests a token without a cookie. */
const NO_SESSION = /status of 401 .*\/api\/session$/

export function createVisits(stage: Pick<Stage, 'url' | 'wsUrl'>): Visits {
  const contexts: BrowserContext[] = []
  const faults: string[] = []

  function watch(context: BrowserContext, expected: readonly RegExp[], origins: readonly string[]): void {
    const note = (fault: string) => {
      if (!expected.some((it) => it.test(fault))) faults.push(fault)
    }
    context.on('console', (message) => {
      if (message.type() === 'error') note(`console: ${describe(message)}`)
    })
    context.on('weberror', (it) => note(`uncaught: ${it.error().stack ?? it.error().message}`))
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      const isOurs = ['data:', 'blob:'].includes(protocol) || [stage.url, ...origins].includes(origin)
      if (!isOurs) note(`request: ${request.url()}`)
    })
    context.on('page', (page) => {
      page.on('websocket', (it) => {
        if (it.url() !== stage.wsUrl) note(`websocket: ${it.url()}`)
      })
      page.on('crash', () => note('the page crashed'))
    })
  }

  async function open(options: VisitOptions = {}): Promise<Page> {
    const {
      as,
      path = '/',
      viewport = { width: 1024, height: 720 },
      theme = 'light',
      timezoneId = 'Europe/Stockholm',
      expected = [],
      origins = [],
    } = options
    const browser = await openTestBrowser(options)
    const context = await browser.newContext({
      baseURL: stage.url,
      viewport,
      colorScheme: theme,
      locale: 'en-GB',
      timezoneId,
    })
    contexts.push(context)
    context.setDefaultTimeout(ACTION_TIMEOUT_MS)
    watch(context, as ? expected : [...expected, NO_SESSION], origins)
    if (as) {
      const { email, password } = as
      const answer = await context.request.post('/api/login', { data: { email, password, remember: true } })
      if (!answer.ok()) throw new Error(`${email} cannot log in: ${await answer.text()}`)
    }
    const page = await context.newPage()
    await page.goto(path)
    return page
  }

  return {
    open,
    pages: () => contexts.flatMap((it) => it.pages()),
    faults,
    async close() {
      await Promise.all(contexts.splice(0).map((it) => it.close()))
    },
  }
}

function describe(message: ConsoleMessage): string {
  return `${message.text()} ${message.location().url}`
}
