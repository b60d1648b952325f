import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import express, { type Router } from 'express'

/** The files of the page, all served from here: `swagger-ui-dist` has the first two. */
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']

/** Nothing from other origins, no inline script; requests only to this API. Swagger UI has icons in `data:` URLs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** GET /docs: the OpenAPI document as a page (Swagger UI) that needs no other server. */
export function createDocs(): Router {
  const root = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const router = express.Router({ caseSensitive: true, strict: true })

  router.get('/docs', (_req, res) => {
    res.locals['route'] = '/docs'
    res.set('content-security-policy', CONTENT_SECURITY_POLICY).type('html').end(PAGE)
  })
  router.get('/docs/start.js', (_req, res) => {
    res.locals['route'] = '/docs'
    res.type('text/javascript').end(START)
  })
  for (const name of ASSETS) {
    router.get(`/docs/${name}`, (_req, res, next) => {
      res.locals['route'] = '/docs'
      // Revalidated by its date, so that a new version is used immediately.
      res.set('cache-control', 'no-cache')
      res.sendFile(name, { root, cacheControl: false }, (error?: Error) => {
        if (error && !res.headersSent) next(error)
      })
    })
  }
  return router
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Fleetwire API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <main id="docs"></main>
    <noscript>This page needs JavaScript; the document itself is <a href="/api/openapi.json">here</a>.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

// The token of "Authorize" is kept in memory only, and no external validator is called.
const START = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  tryItOutEnabled: true,
})
`
