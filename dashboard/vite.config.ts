import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** Beside each text two of its compressed forms, so that the API need not compress while it serves. */
const precompress: Plugin = {
  name: 'fleetwire:precompress',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((it) => /\.(m?js|css|json|svg)$/.test(it))) {
      const file = join(dir, name)
      const bytes = readFileSync(file)
      // The best would take seconds, for a hundredth.
      writeFileSync(
        `${file}.br`,
        brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
      )
      writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
    }
  },
}

/** `npm run dashboard` makes dashboard/dist, which the API serves. */
export default defineConfig({
  root: import.meta.dirname,
  // Hashed names below one directory, which may be cached for ever.
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: false, assetsInlineLimit: 0 },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [precompress],
})
