// Where software is asked about.

export const API = "/api/v1/portal/software";
