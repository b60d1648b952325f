import type { Sql } from '../../sql/connect.ts'

export interface Login {
  id: number
  passwordHash: string
  role: 'admin' | 'user'
}

/** What is needed to check a login; undefined when no user has this e-mail address, in whatever case. */
export async function findLogin(sql: Sql, email: string): Promise<Login | undefined> {
  const [user] = await sql<Login[]>`
    select id, password_hash as "passwordHash", role from users where lower(email) = lower(${email})
  `
  return user
}

export async function hasAdmin(sql: Sql): Promise<boolean> {
  const rows = await sql`select from users where role = 'admin' limit 1`
  return rows.length > 0
}

/** Inserts an administrator unless there is one. */
export function insertFirstAdmin(
  sql: Sql,
  admin: { email: string; passwordHash: string },
): Promise<'created' | 'exists' | 'email_taken'> {
  return sql.begin(async (tx) => {
    // Whoever else starts now waits here, and then finds an administrator.
    await tx`lock table users in share row exclusive mode`
    const [existing] = await tx<{ isAdmin: boolean }[]>`
      select role = 'admin' as "isAdmin" from users
      where role = 'admin' or lower(email) = lower(${admin.email})
      order by 1 desc limit 1
    `
    if (existing) return existing.isAdmin ? 'exists' : 'email_taken'
    await tx`
      insert into users (email, password_hash, role) values (${admin.email}, ${admin.passwordHash}, 'admin')
    `
    return 'created'
  })
}
