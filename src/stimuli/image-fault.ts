/**
 * One image file refused: a GapscopeError with exactly one fault.
 *
 * The bytes do not know their file's name, so the fault has no `file`; whoever read the bytes adds it.
 */
import { GapscopeError } from "../faults/faults.ts";

export type ImageFaultCode =
  /** No bytes, or a width or height of zero. */
  | "empty-image"
  /** The first bytes are of none of the five formats. */
  | "not-an-image"
  /** The file ends within its header. */
  | "truncated-image"
  /** An image, but of a kind that Brain-Score's models cannot look at or that we do not read. */
  | "unsupported-image"
  | "image-too-large"
  /** The header is sound and the pixels are not. */
  | "undecodable-image";

export interface ImageFaultDetail {
  readonly value?: string;
  readonly expected?: string;
  readonly remedy?: string;
  readonly cause?: unknown;
}

export function imageRefused(code: ImageFaultCode, message: string, detail: ImageFaultDetail = {}): GapscopeError {
  const { cause, ...facts } = detail;
  return new GapscopeError("package-refused", message, {
    faults: [{ code, message, ...facts }],
    stage: "reading an image",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The file stops before its header is complete. `format` as people write it, e.g. "PNG". */
export function truncatedHeader(format: string): GapscopeError {
  return imageRefused("truncated-image", `The ${format} file ends within its header.`, {
    remedy: "Copy or export the image again; the file was cut short.",
  });
}

/** The pixels could not be read; `reason` is what the decoder found, a clause without a full stop. */
export function undecodable(format: string, reason: string, cause?: unknown): GapscopeError {
  return imageRefused("undecodable-image", `The ${format} file cannot be decoded: ${reason}.`, {
    remedy: "Open the image in an editor and save it anew; if that fails too, the file is damaged.",
    ...(cause === undefined ? {} : { cause }),
  });
}
