import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { minify, type MinifyOptions } from 'terser'
import { defineConfig, type Plugin } from 'vite'

/**
 * Minifies again after Vite's own minifier: both together save 1 %, or 6 kB, over either. Most of the build's time is spent here,
 * on MapLibre GL. So results are kept beside Vite's own cache, by everything that they depend on.
 */
function squeeze(): Plugin {
  let directory = ''
  /** names in `directory` that this build has used */
  const used = new Set<string>()

  async function squeezed(code: string): Promise<string> {
    const name = createHash('sha256').update(inputs).update(code).digest('hex')
    used.add(name)
    const path = join(directory, name)
    const kept = await readFile(path, 'utf8').catch(() => undefined)
    if (kept !== undefined) return kept
    const made = (await minify(code, SQUEEZE)).code ?? code
    // Another build may be doing the same. If the result cannot be kept, the next build repeats this step.
    const unfinished = `${path}.${process.pid}`
    await writeFile(unfinished, made)
      .then(() => rename(unfinished, path))
      .catch(() => {})
    return made
  }

  return {
    name: 'fleetwire:squeeze',
    apply: 'build',
    configResolved({ cacheDir }) {
      directory = join(cacheDir, 'squeezed')
    },
    async generateBundle(_options, bundle) {
      await mkdir(directory, { recursive: true }).catch(() => {})
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = await squeezed(file.code)
        // A worker's file is built separately and is an asset.
        else if (/\.m?js$/.test(file.fileName)) file.source = await squeezed(String(file.source))
      }
    },
    async closeBundle() {
      const names = await readdir(directory).catch(() => [])
      for (const name of names.filter((it) => !used.has(it))) {
        const path = join(directory, name)
        // Another build may have removed it.
        const found = await stat(path).catch(() => undefined)
        if (found && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { force: true })
      }
    },
  }
}

/** How long results that the newest build did not use are kept, as several versions may be built in turn. */
const KEPT_MS = 24 * 3_600_000
const SQUEEZE: MinifyOptions = {
  module: true,
  ecma: 2020,
  // Arrow functions are safe, because no function expression is called with `new`.
  compress: { passes: 3, unsafe_arrows: true },
  format: { comments: /@license|^!/ },
}

/** Hash of the dependencies and options that determine the files. */
const inputs = createHash('sha256')
  .update(readFileSync(join(import.meta.dirname, '../package-lock.json')))
  .update(readFileSync(import.meta.filename))
  .digest('hex')
/** Part of each name, because names are chosen before files are squeezed and are cached for a year. */
const salt = inputs.slice(0, 4)
const NAMES = {
  entryFileNames: `assets/[name]-[hash]${salt}.js`,
  chunkFileNames: `assets/[name]-[hash]${salt}.js`,
  assetFileNames: `assets/[name]-[hash]${salt}[extname]`,
}

/** Writes two compressed forms beside each text, so that the API need not compress them. */
const precompress: Plugin = {
  name: 'fleetwire:precompress',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    const names = Object.keys(bundle).filter((it) => /\.(m?js|css|json|svg)$/.test(it))
    await Promise.all(names.map(async (name) => compress(join(dir, name))))
  },
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file)
  // The best quality would take ten times as long and save a few percent.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 8, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params }))
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes))
}

const SHARED =
  /dashboard[\\/](?:app-context\.|format[\\/]|ui[\\/](?:icon|tabs)\.|vehicle[\\/]days[\\/]day\.)|contract[\\/]problems\./

/** `npm run dashboard` builds dashboard/dist, which the API serves. */
export default defineConfig({
  root: import.meta.dirname,
  // Names have hashes and may be cached for ever.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // One file compresses a third better than twelve. The login page loads 6 kB more, which the other views need anyway.
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    // MapLibre GL is one megabyte; test/dashboard/size.test.ts watches the sum.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        ...NAMES,
        // One file for small parts that views share, as each further file costs 100 bytes.
        advancedChunks: { groups: [{ name: 'shared', test: SHARED }] },
      },
    },
  },
  worker: { format: 'es' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [squeeze(), precompress],
})
