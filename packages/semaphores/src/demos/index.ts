/** The compiled module of each demo, by the demo's name. */
export const semaphoreDemos = {} as const;
