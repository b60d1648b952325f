import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { minify, type MinifyOptions } from 'terser'
import { defineConfig, type Plugin } from 'vite'

/** Once more after Vite's own minifier: together they are 1 % smaller than either, 6 kB of it. */
const squeeze: Plugin = {
  name: 'fleetwire:squeeze',
  apply: 'build',
  async generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk') file.code = await squeezed(file.code)
      // A worker's file is made by itself and comes as an asset.
      else if (/\.m?js$/.test(file.fileName)) file.source = await squeezed(String(file.source))
    }
  },
}

const SQUEEZE: MinifyOptions = {
  module: true,
  ecma: 2020,
  // The arrows: nothing here is made with `new` that was written as a function expression.
  compress: { passes: 3, unsafe_arrows: true },
  format: { comments: /@license|^!/ },
}

async function squeezed(code: string): Promise<string> {
  return (await minify(code, SQUEEZE)).code ?? code
}

/** Of the dependencies and options that make the files: names are made before they are squeezed, and kept for a year. */
const salt = createHash('sha256')
  .update(readFileSync(join(import.meta.dirname, '../package-lock.json')))
  .update(readFileSync(import.meta.filename))
  .digest('hex')
  .slice(0, 4)
const NAMES = {
  entryFileNames: `assets/[name]-[hash]${salt}.js`,
  chunkFileNames: `assets/[name]-[hash]${salt}.js`,
  assetFileNames: `assets/[name]-[hash]${salt}[extname]`,
}

/** Beside each text two of its compressed forms, so that the API need not compress while it serves. */
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
  // The best would take ten times as long, for some hundredths.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 8, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params }))
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes))
}

/** `npm run dashboard` makes dashboard/dist, which the API serves. */
export default defineConfig({
  root: import.meta.dirname,
  // Hashed names below one directory, which may be cached for ever.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // One file compresses a third better than twelve. The login page has 6 kB more of it, which the other views need anyway.
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    // MapLibre GL is one megabyte; test/dashboard/size.test.ts watches the sum.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        ...NAMES,
        advancedChunks: { groups: [{ name: 'format', test: /dashboard[\\/]format[\\/]/ }] },
      },
    },
  },
  worker: { format: 'es' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [squeeze, precompress],
})
