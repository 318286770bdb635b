export const maxNameGraphemes = 120;
