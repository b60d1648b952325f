import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const dist = join(root, 'dashboard', 'dist')
/** What the page is built of. */
const SOURCES = ['dashboard', 'contract', 'client', 'package-lock.json']

/** The directory of the built page; builds it when one of its sources is newer. */
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

/** When the newest of these files, and of the files in these folders, was changed. */
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
