/** The cookie that remembers whether the menu is collapsed, so that the server draws it so. */
export const railCookie = "rail";
