/** From the most to the least that one may do. */
export const roles = ["owner", "admin", "member", "custodian"] as const;
