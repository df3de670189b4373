/**
 * The scripts are of 2017. Since then instructions were renamed, block types moved into `(result)`, and a folded `if`
 * has to say `then`. Spec: https://webassembly.github.io/spec/core/text/instructions.html
 */
import { type Expression, headOf } from './s-expression.ts';

const renamed: Readonly<Record<string, string>> = {
  get_local: 'local.get',
  set_local: 'local.set',
  tee_local: 'local.tee',
  get_global: 'global.get',
  set_global: 'global.set',
  current_memory: 'memory.size',
  grow_memory: 'memory.grow',
  anyfunc: 'funcref',
};

/** `i32.wrap/i64` is now `i32.wrap_i64`, `i64.extend_s/i32` is `i64.extend_i32_s`. */
function renamedAtom(atom: string): string {
  if (Object.hasOwn(renamed, atom)) return renamed[atom] as string;
  return atom.replace(
    /^([if]\d\d\.[a-z]+)(_[su])?\/([if]\d\d)$/,
    (_all, operation: string, sign: string | undefined, from: string) => `${operation}_${from}${sign ?? ''}`,
  );
}

const isValueType = (expression: Expression | undefined): expression is string =>
  typeof expression === 'string' && /^[if](32|64)$/.test(expression);
const isName = (expression: Expression | undefined): expression is string =>
  typeof expression === 'string' && expression.startsWith('$');

export function modernize(expression: Expression): Expression {
  if (typeof expression === 'string') return renamedAtom(expression);
  const list: Expression[] = [];
  for (let index = 0; index < expression.length; index += 1) {
    const item = modernize(expression[index] as Expression);
    list.push(item);
    if (item === 'block' || item === 'loop' || item === 'if') {
      if (isName(expression[index + 1])) list.push(expression[++index] as string);
      const type = expression[index + 1];
      if (isValueType(type)) {
        list.push(['result', type]);
        index += 1;
      }
    } else if (item === 'call_indirect') {
      const type = expression[index + 1];
      if (typeof type === 'string' && /^[$\d]/.test(type)) {
        list.push(['type', type]);
        index += 1;
      }
    }
  }
  return headOf(list) === 'if' ? withArms(list) : list;
}

/** Of a folded `if` without `then`, the arms are what follows the condition. */
function withArms(list: readonly Expression[]): Expression {
  const heads = list.map(headOf);
  if (heads.includes('then')) return list;
  const first = list.findIndex((item, index) => index > 0 && !isName(item) && headOf(item) !== 'result');
  if (first < 0 || typeof list[first] === 'string') return list;
  const [condition, first_arm, second_arm, ...more] = list.slice(first) as Expression[];
  if (condition === undefined || first_arm === undefined || more.length > 0) return list;
  const arms: Expression[] = [['then', first_arm]];
  if (second_arm !== undefined) arms.push(['else', second_arm]);
  return [...list.slice(0, first), condition, ...arms];
}
