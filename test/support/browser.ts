import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'

/** The same engine without windows, tabs and profiles: a page takes a third less processor time. */
const WITHOUT_WINDOWS = '/usr/bin/chromium-headless-shell'
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
/** Chromium without WebGL, as behind some remote desktops. */
const NO_WEBGL = [...NO_CARD, '--disable-3d-apis']

// One browser of each kind for the whole mocha run; each page has a context, with cookies and storage, of its own.
const browsers = new Map<readonly string[], Promise<Browser>>()
let hasTold = false

/** The browser's program: that of `CHROMIUM_PATH`, or the first that exists. */
export function findBrowser(places: readonly string[] = [...PLACES, WITHOUT_WINDOWS]): string | undefined {
  const given = process.env['CHROMIUM_PATH']
  return given === undefined ? places.find((it) => existsSync(it)) : given
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

/** The run's browser with WebGL, or the one without, which the root hook closes. */
export function openTestBrowser({ hasWebGl = true } = {}): Promise<Browser> {
  const flags = hasWebGl ? NO_CARD : NO_WEBGL
  const opened = browsers.get(flags) ?? launchBrowser(flags, [WITHOUT_WINDOWS, ...PLACES])
  browsers.set(flags, opened)
  return opened
}

/** For the root hook: after the last test. */
export async function closeTestBrowsers(): Promise<void> {
  const opened = await Promise.all([...browsers.values()].map((it) => it.catch(() => undefined)))
  browsers.clear()
  for (const browser of opened) await browser?.close()
}

/** A separate browser, headless. The caller closes it. */
export async function launchBrowser(
  args: readonly string[] = [],
  places?: readonly string[],
): Promise<Browser> {
  const executablePath = findBrowser(places)
  if (executablePath === undefined) throw new Error('no browser: install chromium, or set CHROMIUM_PATH')
  // Only here: it takes a while to load, and most runs need none.
  const { chromium } = await import('playwright-core')
  // Chromium's sandbox does not work for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, headless: true, args: [...sandbox, ...SOFTWARE_WEBGL, ...args] })
}
