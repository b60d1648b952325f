import { closeTestBrowser } from './browser.ts'
import { closeTestServer } from './database.ts'

/** Of the whole run: https://mochajs.org/features/root-hook-plugins/ */
export const mochaHooks = {
  afterAll: [closeTestBrowser, closeTestServer],
}
