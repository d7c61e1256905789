/** Whether a value of a manifest names a value of the data. */
import type { Scalar } from "../../assembly/table.ts";

/** 0, "0" and 0.0 all name the number 0, "true" and "True" the boolean; null names what is missing. */
export function names(wanted: Scalar, value: Scalar): boolean {
  if (wanted === null || value === null) return wanted === value;
  if (wanted === value || String(wanted) === String(value)) return true;
  if (typeof wanted !== "string") return false;
  if (typeof value === "boolean") return wanted.toLowerCase() === String(value);
  return typeof value === "number" && wanted.trim() !== "" && Number(wanted) === value;
}
