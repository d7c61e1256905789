/** The width of an element in CSS pixels, followed as it changes: figures are drawn in real pixels, text unscaled. */
import { useCallback, useState } from "react";

/** Give `ref` to the element; `width` is 0 until it is laid out. */
export function useWidth(): {
  readonly ref: (element: Element | null) => (() => void) | undefined;
  readonly width: number;
} {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: Element | null) => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
