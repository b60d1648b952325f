import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const dist = join(root, 'dashboard', 'dist')
/** The page's sources. */
const SOURCES = ['dashboard', 'contract', 'client', 'package-lock.json']

/** Returns the directory of the built page. Builds the page if a source is newer. */
export function builtPage(): string {
  const index = join(dist, 'index.html')
  if (existsSync(index) && newestOf(SOURCES.map((it) => join(root, it))) < statSync(index).mtimeMs)
    return dist
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  execFileSync(process.execPath, [vite, 'build', 'dashboard', '--logLevel', 'error'], {
    cwd: root,
    stdio: 'inherit',
  })
  return dist
}

/** Time of the last change of these files and of all files in these folders, ms. */
function newestOf(paths: readonly string[]): number {
  return Math.max(
    ...paths.map((path) => {
      if (path === dist) return 0
      const stat = statSync(path)
      if (!stat.isDirectory()) return stat.mtimeMs
      return newestOf(readdirSync(path).map((it) => join(path, it)))
    }),
    0,
  )
}
