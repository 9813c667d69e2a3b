/** The compiled module of each demo, by the demo's name. */
export const fifoDemos: Readonly<Record<string, URL>> = {};
