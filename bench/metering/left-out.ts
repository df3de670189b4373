import { allTechniques, type Techniques } from '../../metering/plan/place-module-charges.ts';

/** The strategy `default` without one of its techniques each, as `--strategies` names them. */
export const leftOut: readonly { readonly name: string; readonly techniques: Techniques }[] = (
  Object.keys(allTechniques) as (keyof Techniques)[]
).map((name) => ({ name: `-${name}`, techniques: { ...allTechniques, [name]: false } }));
