import { readFileSync } from 'node:fs'
import { DOMParser, type Element } from '@xmldom/xmldom'

const XS = 'http://www.w3.org/2001/XMLSchema'
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/** Values of the types of XML Schema, part 2, that these schemas use. */
const LEXICAL: Record<string, RegExp> = {
  string: /^/,
  decimal: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  double: /^([+-]?(\d+(\.\d*)?|\.\d+)([Ee][+-]?\d+)?|INF|-INF|NaN)$/,
  dateTime: /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
}
const BOUNDS: Record<string, (value: number, bound: number) => boolean> = {
  minInclusive: (value, bound) => value >= bound,
  maxInclusive: (value, bound) => value <= bound,
  maxExclusive: (value, bound) => value < bound,
}

/**
 * Validates a document against XML schemas (W3C XML Schema 1.0), as far as they are sequences of elements, `any` of
 * other namespaces, attributes and restrictions of numbers; anything else in a schema throws.
 * @returns the faults, each with its element
 */
export function validateXml(text: string, schemaFiles: URL[]): string[] {
  const errors: string[] = []
  const parse = (source: string) =>
    new DOMParser({ onError: (level, message) => void errors.push(`${level}: ${message}`) }).parseFromString(
      source,
      'application/xml',
    ).documentElement
  const schemas = new Map(
    schemaFiles.flatMap((file) => {
      const schema = parse(readFileSync(file, 'utf8'))
      return schema === null ? [] : [[schema.getAttribute('targetNamespace') ?? '', schema]]
    }),
  )
  const root = parse(text)
  if (root === null) return [...errors, 'there is no document']
  if (!checkGlobal(root)) errors.push(`${root.nodeName}: no schema has it`)
  return errors

  /** False if no schema has the element. */
  function checkGlobal(element: Element): boolean {
    const schema = schemas.get(element.namespaceURI ?? '')
    const declared = schema && named(schema, 'element', element.localName ?? '')
    if (declared) check(element, declared.getAttribute('type') ?? '', schema)
    return declared !== undefined
  }

  function check(element: Element, type: string, schema: Element): void {
    const complex = named(schema, 'complexType', type)
    if (complex === undefined) return checkValue(element.nodeName, element.textContent ?? '', type, schema)
    const particles = childrenOf(complex).flatMap((it) => (it.localName === 'sequence' ? childrenOf(it) : []))
    checkAttributes(
      element,
      childrenOf(complex).filter((it) => it.localName === 'attribute'),
      schema,
    )
    const left = childrenOf(element)
    for (const particle of particles) {
      const max = particle.getAttribute('maxOccurs') === 'unbounded' ? Infinity : 1
      let count = 0
      for (
        let next = left[0];
        next !== undefined && count < max && fits(next, particle, schema);
        next = left[0]
      ) {
        if (particle.localName === 'any') checkGlobal(next)
        else check(next, particle.getAttribute('type') ?? '', schema)
        left.shift()
        count++
      }
      if (count < Number(particle.getAttribute('minOccurs') ?? 1))
        errors.push(`${element.nodeName}: lacks a child`)
    }
    if (left[0]) errors.push(`${element.nodeName}: ${left[0].nodeName} may not be here`)
  }

  function fits(element: Element, particle: Element, schema: Element): boolean {
    const isOfSchema = element.namespaceURI === schema.getAttribute('targetNamespace')
    if (particle.localName === 'any') return !isOfSchema
    if (particle.localName !== 'element') throw new Error(`${particle.nodeName} is not known here`)
    return isOfSchema && element.localName === particle.getAttribute('name')
  }

  function checkAttributes(element: Element, declared: Element[], schema: Element): void {
    const names = declared.map((it) => it.getAttribute('name') ?? '')
    for (const { name, value, namespaceURI } of element.attributes) {
      const at = names.indexOf(name)
      if (name.startsWith('xmlns') || namespaceURI === XSI) continue
      const attribute = declared[at]
      if (attribute === undefined) errors.push(`${element.nodeName}: has an attribute ${name}`)
      else checkValue(`${element.nodeName} ${name}`, value, attribute.getAttribute('type') ?? '', schema)
      if (attribute?.hasAttribute('fixed') && attribute.getAttribute('fixed') !== value)
        errors.push(`${name}: is ${value}`)
    }
    for (const it of declared)
      if (it.getAttribute('use') === 'required' && !element.hasAttribute(it.getAttribute('name') ?? ''))
        errors.push(`${element.nodeName}: lacks an attribute`)
  }

  function checkValue(where: string, value: string, type: string, schema: Element): void {
    const simple = named(schema, 'simpleType', type)
    if (simple === undefined) {
      const pattern = LEXICAL[type.replace(/^.*:/, '')]
      if (pattern === undefined) throw new Error(`the type ${type} is not known here`)
      if (!pattern.test(value)) errors.push(`${where}: "${value}" is no ${type}`)
      return
    }
    for (const restriction of childrenOf(simple)) {
      checkValue(where, value, restriction.getAttribute('base') ?? '', schema)
      for (const facet of childrenOf(restriction)) {
        const holds = BOUNDS[facet.localName ?? '']
        if (holds === undefined) throw new Error(`${facet.nodeName} is not known here`)
        const bound = facet.getAttribute('value') ?? ''
        if (!holds(Number(value), Number(bound)))
          errors.push(`${where}: ${value} is not ${facet.localName} ${bound}`)
      }
    }
  }
}

function named(schema: Element, kind: string, name: string): Element | undefined {
  return childrenOf(schema).find(
    (it) => it.localName === kind && it.namespaceURI === XS && it.getAttribute('name') === name,
  )
}

function childrenOf(element: Element): Element[] {
  return [...element.childNodes].filter((it): it is Element => it.nodeType === it.ELEMENT_NODE)
}
