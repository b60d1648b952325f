// A process that owns an embedded database until it is killed: see embedded.test.ts.
import { startEmbedded } from '../../sql/embedded.ts'

const log = { info() {}, warn: console.error, error: console.error }
const { url } = await startEmbedded({ dataDir: process.argv[2] ?? '', password: 'test', log })
process.on('SIGINT', () => console.log('interrupted'))
console.log(url)
setInterval(() => {}, 60_000)
