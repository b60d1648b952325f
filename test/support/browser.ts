import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'

/** Paths of Debian, other distributions, and GitHub's machines. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
/** WebGL without a graphics card. */
const SOFTWARE_WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
/**
 * Everything but WebGL is drawn without the emulated card, in half the time. Debian's Chromium is configured to use it
 * for everything.
 */
const NO_CARD = ['--disable-gpu-rasterization', '--disable-gpu-compositing']
/** With it, Chromium has no WebGL at all, as behind some remote desktops. */
export const NO_WEBGL = ['--disable-3d-apis']

// One browser for the whole mocha run; each page has a context, with cookies and storage, of its own.
let browser: Promise<Browser> | undefined
let hasTold = false

/** The browser's program: that of `CHROMIUM_PATH`, or the first that exists. */
export function findBrowser(): string | undefined {
  const given = process.env['CHROMIUM_PATH']
  return given === undefined ? PLACES.find((it) => existsSync(it)) : given
}

/**
 * Whether tests in a browser are skipped here; prints once what to install. In CI a missing browser fails: .ci/run
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

/** A separate browser, headless. The caller closes it. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new Error('no browser: install chromium, or set CHROMIUM_PATH')
  // Only here: it takes a while to load, and most runs need none.
  const { chromium } = await import('playwright-core')
  // Chromium's sandbox does not work for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, headless: true, args: [...sandbox, ...SOFTWARE_WEBGL, ...args] })
}
