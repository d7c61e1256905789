/** A stimulus as the browser shows it: its bytes by an object URL that lives as long as the element. */
import { useCallback } from "react";
import type { Stimulus } from "../../benchmark/benchmark.ts";

interface Props {
  readonly stimulus: Stimulus;
  /** What is to be seen; empty where the text beside says it. */
  readonly alt: string;
  readonly className: string | undefined;
}

export function Picture({ stimulus, alt, className }: Props) {
  const { bytes } = stimulus;
  const show = useCallback(
    (image: HTMLImageElement | null) => {
      if (image === null) return undefined;
      const address = URL.createObjectURL(bytes);
      image.src = address;
      return () => URL.revokeObjectURL(address);
    },
    [bytes],
  );
  return (
    <img ref={show} alt={alt} className={className} width={stimulus.width} height={stimulus.height} draggable={false} />
  );
}
