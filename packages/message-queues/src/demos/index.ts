/** The compiled module of each demo, by the demo's name. */
export const messageQueueDemos: Readonly<Record<string, URL>> = {};
