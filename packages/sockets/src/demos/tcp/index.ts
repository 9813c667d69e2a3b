/** The compiled module of each demo of the tcp lab, by the demo's name. */
export const tcpDemos = {} as const;
