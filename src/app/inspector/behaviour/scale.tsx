/** What the shades of a matrix stand for: a swatch for each of some values. */
import { shadeColour } from "./matrix.tsx";
import styles from "./parts.module.css";

interface Props {
  readonly stops: readonly { readonly shade: number; readonly text: string }[];
}

export function Scale({ stops }: Props) {
  return (
    <p className={styles.scale}>
      {stops.map(({ shade, text }) => (
        <span key={text}>
          <i style={{ background: shadeColour(shade) }} />
          {text}
        </span>
      ))}
    </p>
  );
}
