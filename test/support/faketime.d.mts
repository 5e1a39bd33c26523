/** What to do where libfaketime is missing, and what does not work without. */
export declare const whyFaketime: string;
/** Where the library is; undefined if there is none. */
export declare function findFaketime(): string | undefined;
