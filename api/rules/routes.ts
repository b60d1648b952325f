import { RULE_KIND_NAMES, RULE_KINDS, RULE_PRESETS } from '../../contract/rule-kinds.ts'
import { formatTime } from '../../contract/time.ts'
import type { Sql } from '../../sql/connect.ts'
import { etagHeader, etagOf, readIfMatch } from '../http/etag.ts'
import { mergePatch } from '../http/merge-patch.ts'
import { refuseNotChanged } from '../http/not-changed.ts'
import { isRefusal, refuse, refuseFaults, type Fault, type Refusal } from '../http/refusal.ts'
import { route, type Route } from '../http/route.ts'
import { refuseTaken } from '../schema/bulk.ts'
import { readCursor, toPage, writeCursor } from '../schema/cursor.ts'
import { keyParams, keySchema } from '../schema/fields.ts'
import type { CheckRule } from './check-rule.ts'
import {
  deleteRule,
  findRule,
  insertRule,
  listRules,
  RULE_VERSIONS_MAX,
  updateRule,
  type RuleRefusal,
} from './queries.ts'
import type { RuleFields, RuleRow } from './rule-fields.ts'
import { newRule, ruleKindsReply, ruleListQuery, rulePage, rulePatch, ruleReply } from './schemas.ts'
import { readSince } from './since.ts'

interface RuleRoutesOptions {
  sql: Sql
  checkRule: CheckRule
  now: () => number
}

/**
 * POST and GET /api/rules, GET, PATCH and DELETE /api/rules/{key}, GET /api/rule-kinds; a rule is {key, name, kind, params,
 * scope, severity, schedule, notify, enabled, owner, valid_from, created_at, updated_at}.
 */
export function ruleRoutes(options: RuleRoutesOptions): Route[] {
  return [
    listKindsRoute(),
    createRuleRoute(options),
    listRulesRoute(options),
    readRuleRoute(options),
    changeRuleRoute(options),
    deleteRuleRoute(options),
  ]
}

function listKindsRoute(): Route {
  const kinds = RULE_KIND_NAMES.map((kind) => ({ kind, ...RULE_KINDS[kind] }))
  const presets = Object.entries(RULE_PRESETS).map(([preset, it]) => ({ preset, ...it }))
  return route({
    method: 'get',
    path: '/api/rule-kinds',
    summary: 'List the kinds of rules with their parameters, and ready parameters for common rules',
    access: ['admin', 'service', 'user'],
    scope: 'rules:read',
    tag: 'rules',
    replies: { 200: { description: 'All kinds', schema: ruleKindsReply } },
    handle: () => ({ status: 200, body: { kinds, presets } }),
  })
}

function createRuleRoute({ sql, checkRule, now }: RuleRoutesOptions): Route {
  return route({
    method: 'post',
    path: '/api/rules',
    summary: 'Create a rule, which applies from now on or from `since` on',
    access: ['admin', 'service', 'user'],
    scope: 'rules:write',
    tag: 'rules',
    replies: {
      201: {
        description: 'The rule',
        schema: ruleReply,
        headers: { location: 'path of the new resource', ...etagHeader },
      },
    },
    problems: ['conflict'],
    body: newRule,
    async handle({ body, ...actor }) {
      const { since, ...given } = body
      const rule: RuleFields = { ...NO_RULE, ...given, params: toParams(given.params) }
      const faults = checkRule(rule)
      const sinceUs = readSince(since, now, faults)
      if (faults.length > 0) return refuseFaults('invalid_request', faults)
      const result = await insertRule(sql, rule, sinceUs, actor)
      if (result === 'taken') return refuseTaken(body, [rule.key])
      if (isNotCreated(result)) return refuseRule(rule.key, result)
      const headers = { location: `/api/rules/${rule.key}`, ...etagOf(result) }
      return { status: 201, body: toRule(result), headers }
    },
  })
}

function listRulesRoute({ sql }: RuleRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/rules',
    summary: 'List rules: administrators and services see all of them, users their own',
    access: ['admin', 'service', 'user'],
    scope: 'rules:read',
    tag: 'rules',
    replies: { 200: { description: 'A page of rules, ordered by key', schema: rulePage } },
    query: ruleListQuery,
    async handle({ query, caller }) {
      const cursor = readCursor('rule', query.cursor, keyPattern)
      if (isRefusal(cursor)) return cursor
      const { kind, limit } = query
      const rows = await listRules(sql, caller, { kind, after: cursor.after, limit: limit + 1 })
      const { items, next_cursor } = toPage(rows, limit, (last) => writeCursor('rule', last.key))
      return { status: 200, body: { items: items.map(toRule), next_cursor } }
    },
  })
}

function readRuleRoute({ sql }: RuleRoutesOptions): Route {
  return route({
    method: 'get',
    path: '/api/rules/{key}',
    summary: 'Get a rule',
    access: ['admin', 'service', 'user'],
    scope: 'rules:read',
    tag: 'rules',
    replies: { 200: { description: 'The rule', schema: ruleReply, headers: etagHeader } },
    problems: ['not_found'],
    params: keyParams,
    async handle({ params, caller }) {
      const rule = await findRule(sql, caller, params.key)
      if (rule === undefined) return refuse('not_found', `rule ${params.key} does not exist`)
      return { status: 200, body: toRule(rule), headers: etagOf(rule) }
    },
  })
}

function changeRuleRoute({ sql, checkRule, now }: RuleRoutesOptions): Route {
  return route({
    method: 'patch',
    path: '/api/rules/{key}',
    summary:
      'Change a rule by a JSON Merge Patch (RFC 7396), from now on or from `since` on; `scope`, and the `params` of another kind, are replaced as a whole',
    access: ['admin', 'service', 'user'],
    scope: 'rules:write',
    tag: 'rules',
    replies: { 200: { description: 'The changed rule', schema: ruleReply, headers: etagHeader } },
    problems: ['conflict', 'not_found', 'precondition_failed'],
    params: keyParams,
    body: rulePatch,
    async handle({ params, body, headers, ...actor }) {
      const { since, ...changes } = body
      const sinceFaults: Fault[] = []
      const sinceUs = readSince(since, now, sinceFaults)
      if (sinceFaults.length > 0) return refuseFaults('invalid_request', sinceFaults)
      const patch = (before: RuleFields) => {
        const rule = patchRule(before, changes)
        const faults = checkRule(rule)
        return faults.length > 0 ? { faults } : { rule }
      }
      const etags = readIfMatch(headers['if-match'])
      const result = await updateRule(sql, params.key, etags, sinceUs, patch, actor)
      if (result === 'taken') return refuseTaken(body, [body.key ?? ''])
      if (result === 'missing' || result === 'read_only' || result === 'changed')
        return refuseNotChanged('rule', params.key, result)
      if (isNotCreated(result)) return refuseRule(params.key, result)
      return { status: 200, body: toRule(result), headers: etagOf(result) }
    },
  })
}

function deleteRuleRoute({ sql }: RuleRoutesOptions): Route {
  return route({
    method: 'delete',
    path: '/api/rules/{key}',
    summary: 'Delete a rule; its events are kept, and readings from before are still judged by it',
    access: ['admin', 'service', 'user'],
    scope: 'rules:write',
    tag: 'rules',
    replies: { 204: { description: 'The rule is deleted' } },
    problems: ['not_found', 'precondition_failed'],
    params: keyParams,
    async handle({ params, headers, ...actor }) {
      const result = await deleteRule(sql, params.key, readIfMatch(headers['if-match']), actor)
      return result === 'deleted' ? { status: 204 } : refuseNotChanged('rule', params.key, result)
    },
  })
}

/** Default values of a rule. */
const NO_RULE = { name: '', schedule: null, notify: [] }

const keyPattern = new RegExp(keySchema.pattern)

/** The schema of a body has an object of any members. */
export function toParams(params: unknown): Record<string, unknown> {
  return { ...(params as Record<string, unknown> | undefined) }
}

/** A rule with the changes of a merge patch. Parameters of another kind would mean nothing in the new one. */
function patchRule(before: RuleFields, changes: { kind?: string; scope?: object }): RuleFields {
  const isOtherKind = changes.kind !== undefined && changes.kind !== before.kind
  const target = {
    ...fieldsOf(before),
    ...(isOtherKind && { params: {} }),
    ...(changes.scope && { scope: {} }),
  }
  return { ...NO_RULE, ...(mergePatch(target, changes) as RuleFields) }
}

function fieldsOf({ key, name, kind, params, scope, severity, schedule, notify, enabled }: RuleFields) {
  return { key, name, kind, params, scope, severity, schedule, notify, enabled }
}

function isNotCreated(result: RuleRow | RuleRefusal): result is RuleRefusal {
  return typeof result === 'string' || 'faults' in result || 'tooMany' in result
}

function refuseRule(key: string, refusal: RuleRefusal): Refusal {
  if (refusal === 'too_many_versions') {
    const detail = `rule ${key} has ${RULE_VERSIONS_MAX} versions and can no longer be changed: create another rule`
    return refuse('conflict', detail)
  }
  return 'tooMany' in refusal
    ? refuse('forbidden', refusal.tooMany)
    : refuseFaults('invalid_request', refusal.faults)
}

function toRule(row: RuleRow) {
  const { validFromUs, createdUs, updatedUs, owner } = row
  return {
    ...fieldsOf(row),
    owner,
    valid_from: validFromUs === null ? null : formatTime(validFromUs),
    created_at: formatTime(createdUs),
    updated_at: formatTime(updatedUs),
  }
}
