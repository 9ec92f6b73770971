import { textsIn, readForm } from '../gateways/fields.ts';
import type { GatewayRequest } from '../gateways/gateway.ts';

export interface FormFile {
  /** Name of the field. */
  readonly field: string;
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

/** A form whose fields keep their bytes: a raw mail in it may be in any character set. */
export class ByteForm {
  readonly #form: FormData;
  readonly #isMultipart: boolean;

  private constructor(form: FormData, isMultipart: boolean) {
    this.#form = form;
    this.#isMultipart = isMultipart;
  }

  /** @throws GatewayProblem 400 for a form that cannot be read */
  static async read(request: GatewayRequest): Promise<ByteForm> {
    const isMultipart = request.header('content-type').toLowerCase().startsWith('multipart/');
    // The parser decodes UTF-8 and loses other bytes, so it gets each byte as a character of its own.
    const body = isMultipart ? Buffer.from(request.body.toString('latin1')) : request.body;
    return new ByteForm(await readForm({ ...request, body }), isMultipart);
  }

  has(name: string): boolean {
    return this.#form.has(name);
  }

  bytes(name: string): Buffer | undefined {
    const [text] = textsIn(this.#form, name);
    return text === undefined ? undefined : Buffer.from(text, this.#encoding);
  }

  /** @param charset character set of the field; an unknown one is read as UTF-8. @default 'utf-8' */
  text(name: string, charset = 'utf-8'): string | undefined {
    const bytes = this.bytes(name);
    return bytes && decoderFor(charset).decode(bytes);
  }

  async files(): Promise<FormFile[]> {
    const files = [...this.#form].flatMap(([field, file]) => (typeof file === 'string' ? [] : [{ field, file }]));
    return Promise.all(
      files.map(async ({ field, file }) => ({
        field,
        name: Buffer.from(file.name, this.#encoding).toString(),
        type: file.type,
        content: Buffer.from(await file.text(), this.#encoding),
      })),
    );
  }

  get #encoding(): BufferEncoding {
    return this.#isMultipart ? 'latin1' : 'utf8';
  }
}

function decoderFor(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
