/** How the statements of a Jenkinsfile end what they stand in, and raise what they caught. */
import type { GroovyStatement } from '../../../parse/groovy/syntax.js';

/** Does a block end what it stands in, and how? */
export function endsHere(body: readonly GroovyStatement[]): 'no' | 'returns' | 'fails' {
  const last = body[body.length - 1];
  if (last?.type === 'return') return 'returns';
  if (last?.type === 'throw') return 'fails';
  return last?.type === 'value' && last.value.type === 'call' && last.value.name === 'error' ? 'fails' : 'no';
}

/** Does what catches an error raise it again? */
export function raisesAgain(body: readonly GroovyStatement[]): boolean {
  return body.some((s) => {
    if (s.type === 'throw') return true;
    if (s.type === 'value') return s.value.type === 'call' && s.value.name === 'error';
    return s.type === 'if' && raisesAgain(s.then) && raisesAgain(s.otherwise);
  });
}
