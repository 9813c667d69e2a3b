export type { Named } from "./named.ts";
export { htmlPage } from "./page/page.ts";
export { type SvgFile, svgFiles } from "./svg-files.ts";
