/** Bytes of one slab: large enough for a few hundred mails, small enough that a nearly empty one is no waste. */
const SLAB = 1024 * 1024;

interface Slab {
  readonly bytes: Buffer;
  used: number;
  /** How many of the pieces in it are still wanted. */
  pieces: number;
}

/** A piece of memory that was put aside. */
export class Piece {
  readonly size: number;
  readonly #from: number;
  #slab: Slab | undefined;

  constructor(slab: Slab, from: number) {
    this.#slab = slab;
    this.#from = from;
    this.size = slab.used - from;
    slab.pieces++;
  }

  /** A copy of its bytes. @throws Error after it was freed: they may be another's by now */
  read(): Buffer {
    if (!this.#slab) throw new Error('These bytes were freed.');
    return Buffer.from(this.#slab.bytes.subarray(this.#from, this.#from + this.size));
  }

  /** Lets go of its slab, and gives it, once. */
  leave(): Slab | undefined {
    const slab = this.#slab;
    this.#slab = undefined;
    if (slab) slab.pieces--;
    return slab;
  }
}

/**
 * Puts bytes aside in large slabs that are used again. Left to the garbage collector, a thousand dropped mails a second
 * would pile up to twice what is held before it looks.
 */
export class Slabs {
  #open: Slab | undefined;
  readonly #spare: Slab[] = [];

  keep(chunks: readonly Uint8Array[]): Piece {
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const slab = this.#slabFor(size);
    const from = slab.used;
    for (const chunk of chunks) {
      slab.bytes.set(chunk, slab.used);
      slab.used += chunk.length;
    }
    return new Piece(slab, from);
  }

  free(piece: Piece): void {
    const slab = piece.leave();
    if (slab?.pieces === 0 && slab !== this.#open) this.#recycle(slab);
  }

  #slabFor(size: number): Slab {
    if (size > SLAB) return { bytes: Buffer.allocUnsafeSlow(size), used: 0, pieces: 0 };
    const open = this.#open;
    if (open && open.used + size <= SLAB) return open;
    this.#open = this.#spare.pop() ?? { bytes: Buffer.allocUnsafeSlow(SLAB), used: 0, pieces: 0 };
    if (open?.pieces === 0) this.#recycle(open);
    return this.#open;
  }

  #recycle(slab: Slab): void {
    slab.used = 0;
    if (slab.bytes.length === SLAB) this.#spare.push(slab);
  }
}
