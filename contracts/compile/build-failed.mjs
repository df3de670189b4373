/** What a compiler refuses, in its own words. */
export class BuildFailed extends Error {}
