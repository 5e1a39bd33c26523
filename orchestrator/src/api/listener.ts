/** What both listeners are told. */
export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** undefined: cleartext. */
  readonly tls?: TlsOptions | undefined;
}

/** PEM texts. */
export interface TlsOptions {
  readonly certificate: string;
  readonly key: string;
  /** With it, clients must show a certificate that one of these authorities signed. */
  readonly clientCa?: string | undefined;
}

export interface Listener {
  readonly port: number;
  /** Takes no new connections and calls; those that run get `graceMs` to end, then they are cut off. */
  stop(graceMs: number): Promise<void>;
}
