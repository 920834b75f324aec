import type * as v from "valibot";

/** A Valibot schema that takes anything and yields a `T`. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** One schema for each field of `T`: tsc refuses a field that is missing, unknown or of another type. */
export type Fields<T> = { readonly [K in keyof T]-?: Schema<T[K]> };

/** For a union discriminated on `type`: one schema for each of its types. */
export type SchemasOf<U extends { readonly type: string }> = {
  readonly [T in U["type"]]: Schema<Extract<U, { readonly type: T }>>;
};
