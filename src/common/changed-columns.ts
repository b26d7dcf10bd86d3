/**
 * The given values that differ from the row. An edit without a difference keeps the version.
 *
 * @param changes by column; `undefined` is not given, `null` clears
 */
export function changedColumns<Changes extends object>(
  row: { [Column in keyof Changes]?: unknown },
  changes: Changes,
): Partial<Changes> {
  const columns = Object.keys(changes) as (keyof Changes)[];
  const edited = columns.filter((column) => changes[column] !== undefined && changes[column] !== row[column]);
  return Object.fromEntries(edited.map((column) => [column, changes[column]])) as Partial<Changes>;
}
