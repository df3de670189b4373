/** Makes a piece of text stand out, where that is possible. Its width stays. */
export type Mark = (kind: 'good' | 'bad' | 'bold', text: string) => string;
