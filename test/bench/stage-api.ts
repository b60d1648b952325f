import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeClaims } from '../../contract/claims.ts'
import { startChild, type Child } from '../../kit/child.ts'
import { createJwt } from '../../kit/jwt.ts'
import { stageSecret, type Stage } from './stage.ts'
import { readResidentMiB } from './resident-memory.ts'

export interface StageApi {
  url: string
  /** of an administrator, valid for a day */
  token: string
  pid: number
  /** current resident memory of the API, in MiB */
  memoryMiB(): number
  stop(): Promise<void>
}

const HERE = fileURLToPath(new URL('../..', import.meta.url))

/** The administrator's login. */
export const stageAdmin = { email: 'admin@localhost', password: 'a password of the benchmark' }

/** The API of this checkout, or of another one, on the stage's database, in a separate process. */
export async function startStageApi(
  stage: Stage,
  { root = HERE }: { root?: string } = {},
): Promise<StageApi> {
  const env = {
    ...process.env,
    DATABASE_URL: stage.databaseUrl,
    JWT_SECRET: stageSecret,
    ADMIN_EMAIL: stageAdmin.email,
    ADMIN_PASSWORD: stageAdmin.password,
    BROKER_URL: `http://127.0.0.1:${stage.statusPort}`,
    MQTT_WS_PORT: String(stage.wsPort),
    PORT: '0',
    LOG_LEVEL: 'warn',
  }
  const module = join(root, 'api/main.ts')
  const api: Child<{ port: number }> = await startChild({ name: 'api', module, env })
  const [admin] = await stage.sql<{ id: number }[]>`select id from users where role = 'admin'`
  const nowS = Math.floor(Date.now() / 1000)
  const sub = String(admin?.id)
  const claims = makeClaims({ sub, role: 'admin', aud: 'api', jti: 'bench', nowS, lifetimeS: 86_400 })
  return {
    url: `http://127.0.0.1:${api.ready.port}`,
    token: createJwt(stageSecret).sign(claims),
    pid: api.pid,
    memoryMiB: () => readResidentMiB(api.pid),
    stop: () => api.stop(),
  }
}
