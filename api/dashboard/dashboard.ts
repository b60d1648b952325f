import { fileURLToPath } from 'node:url'
import express, { type Response, type Router } from 'express'
import { createDashboardFiles, type DashboardFiles } from './files.ts'
import { createDashboardPolicy, type DashboardHosts } from './policy.ts'

/** The directory in which `npm run dashboard` puts the page, and `npm run build` a copy of it. */
const ROOT = fileURLToPath(new URL('../../dashboard/dist', import.meta.url))

/** Paths that never return the page, whatever types a browser accepts. */
const NOT_OURS = /^\/(api|docs|metrics|healthz|readyz|assets)(\/|$)/

const YEAR_S = 31_536_000

/** Encodings that the build compresses in advance, in order of preference. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

export interface DashboardOptions extends DashboardHosts {
  /** Default: the output directory of the build. */
  root?: string
}

/**
 * Serves the dashboard: its files, and its page for every path that a browser requests and no other route answers. It
 * is mounted after the routes of the API, so it hides none of them.
 */
export function createDashboard({ root = ROOT, ...hosts }: DashboardOptions): Router {
  const readFiles = createDashboardFiles(root)
  const policyAt = createDashboardPolicy(hosts)
  const router = express.Router({ caseSensitive: true, strict: true })

  router.get(/.*/, (req, res, next) => {
    const { path } = req
    const files = readFiles()
    const isFile = files?.paths.has(path) === true && path !== '/index.html'
    // Clients that accept any type get the page only at its own address, not at every unknown path.
    const wantsPage =
      path === '/' && files ? req.accepts('html') !== false : String(req.headers.accept).includes('text/html')
    const isPage = !NOT_OURS.test(path) && wantsPage
    if (!isFile && !isPage) {
      next()
      return
    }
    res.locals['route'] = '/'
    // Also for the files: a worker follows the policy of its own script.
    res.set('content-security-policy', policyAt(req.hostname))
    if (isFile) {
      sendAsset(res, root, path, encodingOf(files, path, req.acceptsEncodings()), next)
      return
    }
    res.set('cache-control', 'no-cache').type('html')
    if (files) res.end(files.index)
    else res.status(503).set('retry-after', '10').end(NOT_BUILT)
  })
  return router
}

function encodingOf(files: DashboardFiles, path: string, accepted: readonly string[]) {
  return ENCODINGS.find(([name, suffix]) => accepted.includes(name) && files.paths.has(path + suffix))
}

function sendAsset(
  res: Response,
  root: string,
  path: string,
  encoding: (typeof ENCODINGS)[number] | undefined,
  next: (error: unknown) => void,
): void {
  // Files in /assets have a name made from their content; the others are requested again each time.
  const isHashed = path.startsWith('/assets/')
  res.set('cache-control', isHashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache')
  res.vary('accept-encoding').type(path.slice(path.lastIndexOf('/') + 1))
  if (encoding) res.set('content-encoding', encoding[0])
  res.sendFile(path.slice(1) + (encoding?.[1] ?? ''), { root, cacheControl: false }, (error?: Error) => {
    if (error && !res.headersSent) next(error)
  })
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Fleetwire</title>
  </head>
  <body>
    <h1>The dashboard is not built</h1>
    <p><code>npm run dashboard</code> makes it; then load this page again. The API is <a href="/docs">here</a>.</p>
  </body>
</html>
`
