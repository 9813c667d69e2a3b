/** The compiled module of each demo of the socket lab, by the demo's name. */
export const socketDemos = {} as const;
