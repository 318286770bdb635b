import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A throw-away certificate authority and a server certificate it signed, both PEM. Nothing outside the tests trusts it. */
export interface TestCertificates {
  /** What a client must trust, for instance by `NODE_EXTRA_CA_CERTS`. */
  ca: string;
  /** The server's certificate for localhost, 127.0.0.1 and ::1. */
  cert: string;
  /** The server's private key (PKCS #8). */
  key: string;
}

/** Makes a certificate authority and a certificate for this machine's loopback names, valid for 30 days (RFC 5280). */
export function createTestCertificates(): TestCertificates {
  const ca = newKeyPair();
  const server = newKeyPair();
  // Its own name each: a client that trusts two authorities of one name may check with the wrong one.
  const caName = distinguishedName(`Loopback test CA ${randomBytes(4).toString("hex")}`);

  return {
    ca: certificate({
      subject: caName,
      subjectKey: ca.spki,
      issuer: caName,
      issuerKey: ca.privateKey,
      extensions: [
        extension(oids.basicConstraints, true, sequence(der(0x01, [0xff]))),
        extension(oids.keyUsage, true, der(0x03, [1, 0b0000_0110])),
      ],
    }),
    cert: certificate({
      subject: distinguishedName("localhost"),
      subjectKey: server.spki,
      issuer: caName,
      issuerKey: ca.privateKey,
      extensions: [
        extension(oids.keyUsage, true, der(0x03, [7, 0b1000_0000])),
        extension(oids.extendedKeyUsage, false, sequence(oid(oids.serverAuth))),
        extension(oids.subjectAltName, false, sequence(...loopbackNames)),
      ],
    }),
    key: server.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Object identifiers as their encoded content bytes. */
const oids = {
  commonName: [0x55, 0x04, 0x03],
  keyUsage: [0x55, 0x1d, 0x0f],
  subjectAltName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
  extendedKeyUsage: [0x55, 0x1d, 0x25],
  serverAuth: [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
};

/** GeneralName choices: [2] a DNS name, [7] an address (RFC 5280 section 4.2.1.6). */
const loopbackNames = [
  der(0x82, Buffer.from("localhost")),
  der(0x87, [127, 0, 0, 1]),
  der(0x87, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
];

const dayMs = 24 * 60 * 60 * 1000;

interface CertificateParts {
  subject: Buffer;
  subjectKey: Buffer;
  issuer: Buffer;
  issuerKey: KeyObject;
  extensions: Buffer[];
}

function certificate(parts: CertificateParts): string {
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const serial = randomBytes(16);
  serial[0] = 0x01; // positive, and no leading zero
  const toBeSigned = sequence(
    der(0xa0, der(0x02, [2])), // version 3
    der(0x02, serial),
    algorithm,
    parts.issuer,
    sequence(utcTime(Date.now() - dayMs), utcTime(Date.now() + 30 * dayMs)),
    parts.subject,
    parts.subjectKey,
    der(0xa3, sequence(...parts.extensions)),
  );
  const signature = sign("sha256", toBeSigned, parts.issuerKey);
  const whole = sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function newKeyPair(): { spki: Buffer; privateKey: KeyObject } {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { spki: pair.publicKey.export({ type: "spki", format: "der" }), privateKey: pair.privateKey };
}

function distinguishedName(commonName: string): Buffer {
  const utf8 = der(0x0c, Buffer.from(commonName));
  return sequence(der(0x31, sequence(oid(oids.commonName), utf8)));
}

function extension(id: number[], critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, [0xff])] : []), der(0x04, value));
}

function utcTime(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function oid(content: number[]): Buffer {
  return der(0x06, content);
}

function sequence(...items: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(items));
}

/** One DER value: tag, definite length, content (X.690 section 8.1). */
function der(tag: number, content: Uint8Array | number[]): Buffer {
  const bytes = Buffer.from(content);
  if (bytes.length < 0x80) return Buffer.concat([Buffer.of(tag, bytes.length), bytes]);
  const hex = bytes.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, bytes]);
}
