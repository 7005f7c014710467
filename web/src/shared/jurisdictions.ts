// The 50 states and the District of Columbia, by postal code.

export interface JurisdictionName {
  readonly code: string;
  readonly name: string;
}

const TABLE = `AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut
DE Delaware|DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana
IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan
MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire
NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma
OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas
UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming`;

export const JURISDICTIONS: readonly JurisdictionName[] = TABLE.split(/[|\n]/).map((row) => ({
  code: row.slice(0, 2),
  name: row.slice(3),
}));

/** The name of a code; the code itself when it is none of ours. */
export function jurisdictionName(code: string): string {
  return JURISDICTIONS.find((each) => each.code === code)?.name ?? code;
}
