import { compileExpression } from '../../rules/expression.ts'

/** What is wrong with an expression, and where; `undefined` if it is valid. */
export function expressionFault(source: string): string | undefined {
  const { problem } = compileExpression(source)
  return problem && `${problem.message} (characters ${problem.from} to ${problem.to})`
}
