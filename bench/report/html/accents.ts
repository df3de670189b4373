/** How many colours the theme has; further machines take them again. Names always stand beside them. */
const COLOURS = 8;

/** Class of a machine, which sets its colour as `currentColor`. The copy of a machine has that machine's colour. */
export type Accent = (machine: string) => string;

export function accentsOf(machines: readonly string[]): Accent {
  return (machine) => {
    const at = Math.max(
      machines.indexOf(machine),
      machines.findIndex((name) => `${name}'` === machine),
      0,
    );
    return `machine-${at % COLOURS}`;
  };
}
