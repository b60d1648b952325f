import type { Sql } from '../../sql/connect.ts'

interface Statement {
  string?: string
  /** the text, once it was sent */
  parameters?: (string | null)[]
}

/**
 * The plans of the statements that `ask` sends over the given connection, with their text. Each statement is run again,
 * prefixed with `explain (analyze, buffers)`; the first run has warmed the caches.
 */
export async function explain(sql: Sql, ask: (sql: Sql) => Promise<unknown>): Promise<string[]> {
  const made: Statement[] = []
  const spy = new Proxy(sql, {
    apply(target, self, args) {
      const query: unknown = Reflect.apply(target, self, args)
      // Also catches fragments and names; only statements that postgres.js 3.4.9 has sent get a `string`.
      made.push(query as Statement)
      return query
    },
  })
  await ask(spy)
  const lines: string[] = []
  for (const { string, parameters = [] } of made) {
    if (string === undefined) continue
    // Untyped literals take the type the parameters had.
    const statement = string.replaceAll(/\$(\d+)/g, (_, n) => quote(parameters[Number(n) - 1] ?? null))
    const plan = await sql.unsafe<{ 'QUERY PLAN': string }[]>(
      `explain (analyze, buffers, costs off) ${statement}`,
    )
    const texts = plan.map((row) => row['QUERY PLAN'])
    lines.push(string.replaceAll(/\s+/g, ' ').trim(), ...withoutIdle(texts).map((line) => `  ${line}`))
  }
  return lines
}

/** Omits the partitions that were planned and not read, which are most of them, and everything below them. */
function withoutIdle(plan: readonly string[]): string[] {
  let idleIndent = Infinity
  return plan.filter((line) => {
    const indent = line.search(/\S/)
    if (indent > idleIndent) return false
    idleIndent = line.includes('(never executed)') ? indent : Infinity
    return idleIndent === Infinity
  })
}

function quote(text: string | null): string {
  return text === null ? 'null' : `'${text.replaceAll("'", "''")}'`
}
