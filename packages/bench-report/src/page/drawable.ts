// Without imports: the text of this module, compiled, is part of every page.

/** A chart's option as ECharts takes it: where the labels of an axis are a table, a function that looks them up. */
export function drawable(json: string): object {
  return JSON.parse(json, (key, value) =>
    key === "formatter" && typeof value === "object"
      ? (shown: number) => (Object.hasOwn(value, shown) ? value[shown] : "")
      : value,
  );
}
