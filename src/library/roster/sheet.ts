// A sheet of a workbook as a plain grid. Holds no data itself.

/** A cell as it is meant: dates stand at midnight UTC, rich text and formulas are flattened to what is seen. */
export type Cell = string | number | boolean | Date | null;

/** A sheet from its first cell on: `rows[0]` is row 1. Cells merged downwards repeat their value. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
}
