/** How the readers of checkpoints refuse: one fault, in a `subject-refused` error that names the file. */
import { type Fault, GapscopeError } from "../../faults/faults.ts";

const AGAIN = "Download or copy the file again, and compare its size and hash with the publisher's.";

/** What a file says of itself may be of any length; a sentence may not. */
const MAX_QUOTED = 200;

export function refusal(file: string, fault: Omit<Fault, "file">, cause?: unknown): GapscopeError {
  const { field, value, expected } = fault;
  const where = field === undefined ? file : `${file}, ${shortened(field)}`;
  const short: Fault = {
    file,
    ...fault,
    ...(field === undefined ? {} : { field: shortened(field) }),
    ...(value === undefined ? {} : { value: shortened(value) }),
    ...(expected === undefined ? {} : { expected: shortened(expected) }),
  };
  return new GapscopeError("subject-refused", `${where}: ${fault.message}`, {
    faults: [short],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The file ends before something that it promises. Sizes in bytes. */
export function truncated(file: string, found: number, expected: number, field?: string): GapscopeError {
  return refusal(file, {
    code: "checkpoint-truncated",
    ...(field === undefined ? {} : { field }),
    message: "The file is cut short.",
    value: `${found} bytes`,
    expected: `at least ${expected} bytes`,
    remedy: AGAIN,
  });
}

/** The file contradicts itself, or a checksum of its own. */
export function damaged(file: string, message: string, more: { field?: string; value?: string } = {}): GapscopeError {
  return refusal(file, { code: "checkpoint-damaged", message, ...more, remedy: AGAIN });
}

/** A sound file of a kind that is not read. */
export function encoding(file: string, message: string, value: string, expected: string): GapscopeError {
  return refusal(file, { code: "checkpoint-encoding", message, value, expected });
}

function shortened(text: string): string {
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED)}…`;
}
