/** Custom properties in `style`, which React sets through the CSSOM and its types leave out. */
import "react";

declare module "react" {
  interface CSSProperties {
    [property: `--${string}`]: string | number | undefined;
  }
}
