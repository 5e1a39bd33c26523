/** Makes sure that a Redis can be had, installing it if need be. Throws an Error that says what to install. */
export declare function ensureRedis(say: (line: string) => void): void;
