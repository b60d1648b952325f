/** From the main process of a run to a worker: the next file, or none: the worker closes what it opened, and ends. */
export interface NextFile {
  /** absolute */
  path?: string
}

/** From a worker: the outcome of a file. */
export interface FileResult {
  /** the tests and suites, as Mocha's reporter "spec" writes them */
  text: string
  passes: number
  pending: number
  /** each as Mocha lists it, numbered 1 */
  failures: string[]
  ms: number
  /** processor time of the worker itself, in ms */
  cpuMs: number
}
