/** How urgent a push service should take a message (RFC 8030), least first. */
export const urgencies = ["very-low", "low", "normal", "high"] as const;
