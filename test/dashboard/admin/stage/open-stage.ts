import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
/** As strict as the real page's, so that what it would break is broken here. */
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"

export interface Stage {
  browser: Browser
  url: string
  /** A page of someone with this token. What it says on its console as an error is in `errors`. */
  openPage(path: string, token: string, size?: { width: number; height: number }): Promise<Page>
  errors: string[]
  /** The API is away from now on, or back. */
  cut(isAway: boolean): void
  close(): Promise<void>
}

/** Whether there is a browser; without one the tests of pages are skipped. */
export const hasBrowser = existsSync(CHROMIUM)

/** The stage's page, built as the dashboard is, in a real browser and in front of a real API. */
export async function openStage(apiUrl: string): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), 'fleetwire-stage-'))
  // Vite sets it for all that this process starts from then on.
  const { NODE_ENV } = process.env
  await build({
    configFile: fileURLToPath(new URL('../../../../dashboard/vite.config.ts', import.meta.url)),
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    build: {
      outDir: directory,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
  if (NODE_ENV === undefined) delete process.env['NODE_ENV']
  let isAway = false

  function serve(incoming: IncomingMessage, response: ServerResponse): void {
    const path = incoming.url?.split('?')[0] ?? '/'
    if (!path.startsWith('/api/')) {
      const file = path.startsWith('/assets/') ? path : '/index.html'
      response.writeHead(200, { 'content-type': TYPES[extname(file)], 'content-security-policy': CSP })
      response.end(readFileSync(join(directory, file)))
      return
    }
    if (isAway) return void response.destroy()
    const { method, headers } = incoming
    const outgoing = request(new URL(incoming.url ?? '/', apiUrl), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  }

  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  const errors: string[] = []

  return {
    browser,
    url,
    errors,
    async openPage(path, token, viewport = { width: 1440, height: 900 }) {
      const context = await browser.newContext({
        viewport,
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await context.addInitScript((it) => sessionStorage.setItem('token', it), token)
      const page = await context.newPage()
      page.setDefaultTimeout(10_000)
      page.on('pageerror', (error) => errors.push(String(error)))
      page.on('console', (message) => {
        // The browser reports each 4xx as one, and they are expected.
        if (message.type() === 'error' && !message.text().includes('Failed to load'))
          errors.push(message.text())
      })
      await page.goto(`${url}${path}`)
      return page
    },
    cut: (it) => void (isAway = it),
    async close() {
      await browser.close()
      server.close()
      server.closeAllConnections()
      rmSync(directory, { recursive: true })
    },
  }
}
