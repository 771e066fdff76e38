import type { Knex } from 'knex';
import { type CredentialFormat, type QrForm, Refusal } from '../../api/index.js';
import type { CertificateRow, CertificateStore } from './certificate-store.js';

export interface FormsOptions {
  /** All that the manifest names, by instance, in its order. */
  readonly formats: Readonly<Record<string, CredentialFormat>>;
  /** Those in which certificates are issued, the primary one first; default: all. */
  readonly issued?: readonly string[];
  /** The form of QR codes, in those formats that have it. */
  readonly qr?: QrForm;
}

/** The forms in which a certificate is issued, and in which it can be had. */
export class Forms {
  readonly #formats: Readonly<Record<string, CredentialFormat>>;
  readonly #issued: readonly string[];
  readonly #qr: QrForm | undefined;

  /** Throws an Error when there is no format, or one that is to be issued is not in the manifest. */
  constructor({ formats, issued, qr }: FormsOptions) {
    this.#formats = formats;
    this.#issued = issued ?? Object.keys(formats);
    this.#qr = qr;
    if (this.#issued.length === 0)
      throw new Error('certificates needs a credential-format/0, and nothing here provides one; add a plugin that does');
    for (const name of this.#issued) this.format(name);
    if (qr && !Object.values(formats).some(({ qrForms }) => qrForms.includes(qr)))
      throw new Error(`no credential format here has QR codes as ${qr}`);
  }

  /** Names of the formats of a request, or those of the settings. */
  chosen(requested?: readonly string[]): readonly string[] {
    if (requested?.length === 0) throw new Error('a certificate needs a format');
    for (const name of requested ?? []) this.format(name);
    return requested ?? this.#issued;
  }

  /** Throws an Error when the instance is not in the manifest: what was promised with it cannot be kept without it. */
  format(name: string): CredentialFormat {
    const format = Object.hasOwn(this.#formats, name) ? this.#formats[name] : undefined;
    if (!format) throw new Error(`the credential format ${name} is not in the manifest`);
    return format;
  }

  /** The first of those that are issued whose credentials say where their status stands. */
  get writesStatus(): CredentialFormat | undefined {
    return this.#issued.map((name) => this.format(name)).find(({ writesStatus }) => writesStatus);
  }

  qrFormOf({ qrForms }: CredentialFormat): QrForm | undefined {
    return this.#qr !== undefined && qrForms.includes(this.#qr) ? this.#qr : qrForms[0];
  }

  /** The form of a stored credential's QR code, whatever its format is called by now. */
  qrFormOfRow({ form, credential }: CertificateRow): QrForm | undefined {
    const format = this.#formatOf(form, credential);
    return format ? this.qrFormOf(format) : 'zip';
  }

  /** The certificate in the form that is wanted (instance name or media type). Throws a Refusal (406) when it has none such. */
  async inForm(row: CertificateRow, wanted: string | undefined, store: CertificateStore, db: Knex): Promise<CertificateRow> {
    if (wanted === undefined || row.form === wanted) return row;
    const all = [row, ...(await store.otherForms(db, row.id)).map((other) => ({ ...row, ...other }) as CertificateRow)];
    const names = all.map(({ form, credential }) => ({ form, format: this.#formatOf(form, credential) }));
    const at = [
      names.findIndex(({ form }) => form === wanted),
      // Instances are renamed, and what was stored before forms had names has none: the format knows its own.
      names.findIndex(({ format }) => format !== undefined && this.#formats[wanted] === format),
      names.findIndex(({ format }) => format?.mediaType === wanted),
    ].find((index) => index >= 0);
    if (at !== undefined) return all[at] as CertificateRow;
    const known = names.map(({ form, format }) => form ?? this.#nameOf(format)).filter((name) => name !== undefined);
    throw new Refusal(406, 'FORM_UNKNOWN', `The certificate was issued as ${known.join(', ')}.`);
  }

  /** The manifest's own name of a stored form's format, whatever that was called then; undefined when it is gone. */
  instanceOf({ form, credential }: Pick<CertificateRow, 'form' | 'credential'>): string | undefined {
    return this.#nameOf(this.#formatOf(form, credential));
  }

  #formatOf(form: string | undefined, credential: unknown): CredentialFormat | undefined {
    const named = form !== undefined && Object.hasOwn(this.#formats, form) ? this.#formats[form] : undefined;
    return named ?? Object.values(this.#formats).find((format) => format.recognises(credential));
  }

  #nameOf(format: CredentialFormat | undefined): string | undefined {
    return Object.keys(this.#formats).find((name) => this.#formats[name] === format);
  }
}
