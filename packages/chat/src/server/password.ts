import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** Interactive logins: some 50 ms and 16 MiB for each try. scrypt(3), RFC 7914 2 */
const COST: ScryptOptions = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** The password of a server, kept as what scrypt makes of it: who reads the memory does not read the password. */
export class Password {
  readonly #salt: Buffer;
  readonly #key: Buffer;

  private constructor(salt: Buffer, key: Buffer) {
    this.#salt = salt;
    this.#key = key;
  }

  static async of(text: string): Promise<Password> {
    const salt = randomBytes(SALT_BYTES);
    return new Password(salt, await derive(text, salt));
  }

  async matches(text: string): Promise<boolean> {
    return timingSafeEqual(await derive(text, this.#salt), this.#key);
  }
}

function derive(text: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same password typed on another keyboard may be other code points.
    scrypt(text.normalize("NFKC"), salt, KEY_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
