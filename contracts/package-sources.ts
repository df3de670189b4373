import { fileURLToPath } from 'node:url';

const isSource = import.meta.url.endsWith('.ts');

/** The folder `contracts` of the package's sources, which a compiled package has beside its `dist`. */
export const contractSources: string = fileURLToPath(new URL(isSource ? '.' : '../../contracts/', import.meta.url));
