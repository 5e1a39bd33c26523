/** The oldest Redis that has all that the store uses, e.g. "7.0". */
export declare const OLDEST_REDIS: string;

/** The Redis (or Valkey) server program of this machine: the first one that is new enough, else one that is too old. */
export declare function findRedisServer(): { path: string; version: string; tooOld: boolean } | undefined;
