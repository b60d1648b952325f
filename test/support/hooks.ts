import { closeTestBrowsers } from './browser.ts'
import { closeTestServer } from './database.ts'

/** After the last test of a process: https://mochajs.org/features/root-hook-plugins/ */
export const mochaHooks = {
  afterAll: [closeTestBrowsers, closeTestServer],
}
