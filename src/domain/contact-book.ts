// WeCom's contacts as far as a sync may see them: departments, userids, names. Never a phone number, an address or a picture.

/** A department of the corp. Departments are not Party branches: see the links of a sync. */
export interface Department {
  readonly id: number;
  /** Null where the secret may not read names. */
  readonly name: string | null;
  readonly parent: number;
}

export interface Contact {
  readonly account: string;
  /** Null where the secret may not read names. */
  readonly name: string | null;
  readonly departments: readonly number[];
}

/** Where an account of the roster is when it is not among the people of the book. */
export type Absence = 'gone' | 'out-of-range';

export interface ContactBook {
  readonly departments: readonly Department[];
  readonly people: readonly Contact[];
  /** For the operator, in Chinese: what could not be read and what that means. */
  readonly notes: readonly string[];
}
