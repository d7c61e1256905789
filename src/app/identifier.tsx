/** An identifier that may break where a reader would break it. */
import { Fragment } from "react";
import { breakable } from "./format.ts";

export function Identifier({ children }: { readonly children: string }) {
  return breakable(children).map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one constant string have no other identity
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
