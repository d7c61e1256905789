/**
 * Python's pickles, parsed and never executed.
 *
 * A pickle is a program for a small stack machine whose dangerous instructions call what it names. Here such a call is
 * only written down, as `PickleCall`; what a few of them mean is torch.ts's to know, and all others stay opaque.
 * Instructions: Lib/pickletools.py of CPython, protocols 2 to 5, as far as torch.save and its users write them.
 */
import { refusal, truncated } from "./refusal.ts";
import type { Region } from "./region.ts";

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | PickleCall
  | PickleReference;

/** A class or function by its name, `collections.OrderedDict`. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** What a call or a constructor would have made, with the entries that were set on it. Its state is dropped. */
export class PickleCall {
  readonly entries = new Map<PickleValue, PickleValue>();
  constructor(
    readonly callable: PickleValue,
    readonly args: PickleValue,
  ) {}
}

/** Something kept outside the pickle (a "persistent id"): for PyTorch, a storage. */
export class PickleReference {
  constructor(readonly id: PickleValue) {}
}

export interface Pickles {
  readonly values: readonly PickleValue[];
  readonly references: readonly PickleReference[];
  /** Where the byte behind the last pickle stands. */
  readonly end: number;
}

/** The panel's largest pickle, with its optimizer, has some 100 kB and 30,000 instructions. */
const MAX_BYTES = 16 << 20;
const MAX_INSTRUCTIONS = 1_000_000;
const FIRST_READ = 1 << 18;
/** Of a global's name, or a line, in bytes. */
const MAX_LINE = 1024;
/** Of an integer, in bytes; the magic number of PyTorch's legacy format has 10. */
const MAX_INTEGER = 64;
const UTF8 = new TextDecoder();

/**
 * The `count` pickles that stand at the start of `region`, one behind the other. Throws `subject-refused` with
 * `checkpoint-pickle` or `checkpoint-truncated`.
 */
export async function readPickles(region: Region, count: number): Promise<Pickles> {
  // Where a pickle ends is known only when it is parsed, and gigabytes may follow: read a little, and more if need be.
  for (let length = Math.min(FIRST_READ, region.size); ; ) {
    const machine = new Machine(await region.read(0, length), region.file);
    try {
      const values = Array.from({ length: count }, () => machine.run());
      return { values, references: machine.references, end: machine.at };
    } catch (thrown) {
      if (!(thrown instanceof Short)) throw thrown;
      if (thrown.end > region.size) throw truncated(region.file, region.size, thrown.end);
      if (thrown.end > MAX_BYTES) throw tooLarge(region.file);
      length = Math.min(region.size, MAX_BYTES, Math.max(2 * length, thrown.end));
    }
  }
}

/** More bytes are wanted than have been read: all before `end`. */
class Short extends Error {
  constructor(readonly end: number) {
    super();
  }
}

const MARK = Symbol("mark");
type Item = PickleValue | typeof MARK;

class Machine {
  at = 0;
  readonly references: PickleReference[] = [];
  private instructions = 0;
  private stack: Item[] = [];
  private memo = new Map<number, PickleValue>();
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer);
  }

  /** One pickle, from `at` to its STOP. Each has a memo of its own. */
  run(): PickleValue {
    this.stack = [];
    this.memo = new Map();
    for (;;) {
      if (++this.instructions > MAX_INSTRUCTIONS) throw tooLarge(this.file);
      const opcode = this.unsigned(1);
      if (opcode === 0x2e) return this.pop(); // STOP
      const value = this.step(opcode);
      if (value !== undefined) this.stack.push(value);
    }
  }

  /** Carries an instruction out; what it puts on the stack, if anything, is returned. */
  private step(opcode: number): PickleValue | undefined {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.unsigned(1) > 5) throw this.refuse("The pickle is of a newer protocol than is read.", "protocol");
        return;
      case 0x95: // FRAME
        this.unsigned(8);
        return;
      case 0x28: // MARK
        this.stack.push(MARK);
        return;
      case 0x30: // POP
        if (this.stack.pop() === undefined) throw this.refuse("The pickle takes from an empty stack.");
        return;
      case 0x31: // POP_MARK
        this.popToMark();
        return;
      case 0x32: // DUP
        return this.top();
      case 0x4e: // NONE
        return null;
      case 0x88: // NEWTRUE
        return true;
      case 0x89: // NEWFALSE
        return false;
      case 0x4b: // BININT1
        return this.unsigned(1);
      case 0x4d: // BININT2
        return this.unsigned(2);
      case 0x4a: // BININT
        return this.unsigned(4) | 0;
      case 0x49: // INT, as Python 2 writes what exceeds 32 bits
      case 0x4c: // LONG
        return this.integer(this.line());
      case 0x8a: // LONG1
        return this.long(this.unsigned(1));
      case 0x8b: // LONG4
        return this.long(this.unsigned(4));
      case 0x47: // BINFLOAT
        return this.view.getFloat64(this.take(8), false);
      case 0x58: // BINUNICODE
        return this.text(this.unsigned(4));
      case 0x8c: // SHORT_BINUNICODE
        return this.text(this.unsigned(1));
      case 0x8d: // BINUNICODE8
        return this.text(this.unsigned(8));
      case 0x54: // BINSTRING: Python 2's str is a name more often than it is bytes
        return this.text(this.unsigned(4));
      case 0x55: // SHORT_BINSTRING
        return this.text(this.unsigned(1));
      case 0x42: // BINBYTES
        return this.raw(this.unsigned(4));
      case 0x43: // SHORT_BINBYTES
        return this.raw(this.unsigned(1));
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return this.raw(this.unsigned(8));
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
      case 0x8f: // EMPTY_SET
        return [];
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.popSeveral(opcode - 0x84);
      case 0x74: // TUPLE
      case 0x6c: // LIST
      case 0x91: // FROZENSET
        return this.popToMark();
      case 0x7d: // EMPTY_DICT
        return new Map();
      case 0x64: {
        // DICT
        const made = new Map<PickleValue, PickleValue>();
        this.setItems(this.popToMark(), made);
        return made;
      }
      case 0x61: // APPEND
        return this.append([this.pop()]);
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        return this.append(this.popToMark());
      case 0x73: // SETITEM
        return this.setItems(this.popSeveral(2), this.top());
      case 0x75: // SETITEMS
        return this.setItems(this.popToMark(), this.top());
      case 0x63: // GLOBAL
        return new PickleGlobal(`${this.line()}.${this.line()}`);
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.popSeveral(2);
        if (typeof module !== "string" || typeof name !== "string") {
          throw this.refuse("The pickle names a global by what is not text.");
        }
        if (module.length + name.length > MAX_LINE) throw this.refuse("The pickle names a global at great length.");
        return new PickleGlobal(`${module}.${name}`);
      }
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const [callable, args] = this.popSeveral(2);
        return new PickleCall(callable ?? null, args ?? null);
      }
      case 0x92: {
        // NEWOBJ_EX
        const [callable, args] = this.popSeveral(3);
        return new PickleCall(callable ?? null, args ?? null);
      }
      case 0x62: // BUILD
        this.pop();
        this.top();
        return;
      case 0x51: {
        // BINPERSID
        const reference = new PickleReference(this.pop());
        this.references.push(reference);
        return reference;
      }
      case 0x71: // BINPUT
        return this.remember(this.unsigned(1));
      case 0x72: // LONG_BINPUT
        return this.remember(this.unsigned(4));
      case 0x94: // MEMOIZE
        return this.remember(this.memo.size);
      case 0x68: // BINGET
        return this.recall(this.unsigned(1));
      case 0x6a: // LONG_BINGET
        return this.recall(this.unsigned(4));
      default:
        throw this.refuse("The pickle has an instruction that no checkpoint needs.", `0x${opcode.toString(16)}`);
    }
  }

  private pop(): PickleValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined || value === MARK) throw this.refuse("The pickle takes from an empty stack.");
    return value;
  }

  private popSeveral(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  private popToMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw this.refuse("The pickle looks for a mark that it did not set.");
    return this.stack.splice(mark).filter((item) => item !== MARK);
  }

  private append(items: readonly PickleValue[]): undefined {
    const list = this.top();
    if (Array.isArray(list)) for (const item of items) list.push(item);
    else if (!(list instanceof PickleCall)) throw this.refuse("The pickle appends to what is not a list.");
  }

  private setItems(items: readonly PickleValue[], target: PickleValue): undefined {
    const entries = target instanceof PickleCall ? target.entries : target;
    if (!(entries instanceof Map) || items.length % 2 !== 0) {
      throw this.refuse("The pickle sets items of what is not a dictionary.");
    }
    for (let i = 0; i < items.length; i += 2) entries.set(items[i] ?? null, items[i + 1] ?? null);
  }

  private remember(key: number): undefined {
    this.memo.set(key, this.top());
  }

  private recall(key: number): PickleValue {
    const value = this.memo.get(key);
    if (value === undefined) throw this.refuse("The pickle recalls what it did not store.", String(key));
    return value;
  }

  /** Where the next `length` bytes stand, once they are known to be there. */
  private take(length: number): number {
    const start = this.at;
    if (start + length > this.bytes.length) throw new Short(start + length);
    this.at = start + length;
    return start;
  }

  private unsigned(length: 1 | 2 | 4 | 8): number {
    const start = this.take(length);
    if (length === 8) return Number(this.view.getBigUint64(start, true));
    return length === 4
      ? this.view.getUint32(start, true)
      : length === 2
        ? this.view.getUint16(start, true)
        : this.view.getUint8(start);
  }

  private raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  private text(length: number): string {
    return UTF8.decode(this.raw(length));
  }

  /** Two's complement, little-endian. */
  private long(length: number): PickleValue {
    if (length > MAX_INTEGER)
      throw this.refuse("The pickle has a longer integer than any checkpoint needs.", String(length));
    const digits = [...this.raw(length)].reverse();
    const value = digits.reduce((sum, digit) => (sum << 8n) | BigInt(digit), 0n);
    return exact(BigInt.asIntN(8 * length, value));
  }

  private integer(line: string): PickleValue {
    if (line === "00" || line === "01") return line === "01";
    if (!/^-?\d{1,64}L?$/.test(line)) throw this.refuse("The pickle has a malformed integer.", line.slice(0, 40));
    return exact(BigInt(line.replace("L", "")));
  }

  private line(): string {
    const start = this.at;
    const end = this.bytes.subarray(start, start + MAX_LINE).indexOf(0x0a);
    if (end < 0 && start + MAX_LINE > this.bytes.length) throw new Short(this.bytes.length + 1);
    if (end < 0) throw this.refuse("The pickle has a longer line than any checkpoint needs.");
    this.at = start + end + 1;
    return UTF8.decode(this.bytes.subarray(start, start + end));
  }

  private refuse(message: string, value?: string): Error {
    return refusal(this.file, {
      code: "checkpoint-pickle",
      message: `${message} (Byte ${this.at} of the pickle.)`,
      ...(value === undefined ? {} : { value }),
      remedy: "Save the tensors again with torch.save(model.state_dict()), or as safetensors.",
    });
  }
}

/** As a number where a number holds it. */
function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function tooLarge(file: string): Error {
  return refusal(file, {
    code: "checkpoint-pickle",
    message: "The file's pickle is larger than that of any checkpoint.",
    expected: `at most ${MAX_BYTES} bytes and ${MAX_INSTRUCTIONS} instructions`,
    remedy: "Save only the tensors: torch.save(model.state_dict()).",
  });
}
