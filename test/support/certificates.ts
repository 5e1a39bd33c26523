import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Authorities and certificates of one test file, made when asked for, as PEM files. */
export interface Certificates {
  /** Makes `<name>.pem`, an authority of its own. */
  authority(name: string): void;
  /** Makes `<name>.pem` and `<name>.key` for these subject names, such as `DNS:localhost` or `IP:127.0.0.1`. */
  issue(name: string, authority: string, subjects: string): void;
  /** The path of a file. */
  path(file: string): string;
  read(file: string): Buffer;
  remove(): void;
}

/** Needs an installed `openssl`: Node makes keys, but no certificates. */
export function createCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "backstitch-certificates-"));
  const openssl = (args: string) => execFileSync("openssl", args.split(" "), { stdio: "pipe", cwd: folder });
  const newKey = (name: string) => `-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${name}.key`;
  const path = (file: string) => join(folder, file);
  return {
    authority(name) {
      openssl(`req -x509 ${newKey(name)} -days 2 -subj /CN=${name} -out ${name}.pem`);
    },
    issue(name, authority, subjects) {
      openssl(`req ${newKey(name)} -subj /CN=${name} -addext subjectAltName=${subjects} -out ${name}.csr`);
      const signer = `-CA ${authority}.pem -CAkey ${authority}.key -CAcreateserial`;
      openssl(`x509 -req -in ${name}.csr ${signer} -days 2 -copy_extensions copy -out ${name}.pem`);
    },
    path,
    read: (file) => readFileSync(path(file)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
