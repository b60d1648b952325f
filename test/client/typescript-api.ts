import { ts } from '@ts-morph/common'

/** The parts of TypeScript 5 that openapi-typescript and oazapfts need: version 7 has no such API. */
export default ts
export const { factory } = ts
