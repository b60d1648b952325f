import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Output of the build: the page and its files. */
export interface DashboardFiles {
  index: string
  /** paths, such as `/assets/main-4f2a.js` */
  paths: ReadonlySet<string>
}

/**
 * Reads the files in `root`, again after each build; `undefined` as long as there is no build. Only listed files are
 * ever served, so no path leads out of the directory.
 */
export function createDashboardFiles(root: string): () => DashboardFiles | undefined {
  let readMs = NaN
  let files: DashboardFiles | undefined
  return () => {
    const index = join(root, 'index.html')
    const changedMs = statSync(index, { throwIfNoEntry: false })?.mtimeMs
    if (changedMs === undefined) return undefined
    if (changedMs !== readMs) {
      const entries = readdirSync(root, { recursive: true, withFileTypes: true })
      const paths = entries
        .filter((it) => it.isFile())
        .map((it) =>
          `${it.parentPath}/${it.name}`.slice(root.length).split(sep).join('/').replace(/^\/*/, '/'),
        )
      files = { index: readFileSync(index, 'utf8'), paths: new Set(paths) }
      readMs = changedMs
    }
    return files
  }
}
