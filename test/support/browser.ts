import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'

/** Debian's, other distributions', and what GitHub's machines bring. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
/** WebGL without a graphics card. */
const SOFTWARE_WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
/** Everything but WebGL is drawn without the emulated card, in half the time. Debian's Chromium is set to use it for all. */
const NO_CARD = ['--disable-gpu-rasterization', '--disable-gpu-compositing']
/** With it, Chromium has no WebGL at all, as behind some remote desktops. */
export const NO_WEBGL = ['--disable-3d-apis']

// One browser for the whole mocha run; each page has a context, with cookies and storage, of its own.
let browser: Promise<Browser> | undefined
let hasTold = false

/** The browser's program: what `CHROMIUM_PATH` names, or the first that is there. */
export function findBrowser(): string | undefined {
  const given = process.env['CHROMIUM_PATH']
  return given === undefined ? PLACES.find((it) => existsSync(it)) : given
}

/**
 * Whether tests in a browser are to be skipped here; says once what to install. In CI what is missing fails: .ci/run
 * installs it.
 */
export function mustSkipBrowser(): boolean {
  if (findBrowser() !== undefined || process.env['CI'] !== undefined) return false
  if (!hasTold)
    console.log('No browser here, its tests are skipped: install chromium, or name one in CHROMIUM_PATH')
  hasTold = true
  return true
}

/** The run's browser, which the root hook closes. */
export function openTestBrowser(): Promise<Browser> {
  return (browser ??= launchBrowser(NO_CARD))
}

/** For the root hook: after the last test. */
export async function closeTestBrowser(): Promise<void> {
  const opened = await browser?.catch(() => undefined)
  browser = undefined
  await opened?.close()
}

/** A browser of one's own, headless. Whoever opens it closes it. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new Error('no browser: install chromium, or set CHROMIUM_PATH')
  // Only here: it takes a while to load, and most runs need none.
  const { chromium } = await import('playwright-core')
  // Chromium's sandbox does not work for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, headless: true, args: [...sandbox, ...SOFTWARE_WEBGL, ...args] })
}
