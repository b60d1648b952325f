import { defineConfig } from 'vite'

/** `npm run dashboard` makes dashboard/dist, which the API serves. */
export default defineConfig({
  root: import.meta.dirname,
  // Hashed names below one directory, which may be cached for ever.
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', sourcemap: false, assetsInlineLimit: 0 },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
})
