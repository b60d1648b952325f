import { ts } from '@ts-morph/common'

/** What openapi-typescript and oazapfts need of TypeScript 5: version 7 has no such API. */
export default ts
export const { factory } = ts
