// Where endpoints are asked about, and what can be done with one.

export const API = "/api/v1/portal/endpoints";

/** Each answers with the page as it is afterwards. */
export type Act = "ping" | "disable" | "enable" | "secret";
