/**
 * Sends a file to the address that was announced for it, and tells how far it is (0 to 1).
 *
 * @throws Error with the server's own words for what is wrong with the file
 */
export function sendFile(uploadUrl: string, file: File, onProgress: (share: number) => void): Promise<void> {
  // The page may have been opened by another name of this host than the one that the address says.
  const { pathname, search } = new URL(uploadUrl);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", pathname + search);
    request.setRequestHeader("content-type", "text/csv");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(messageOf(request.responseText))));
    request.onerror = () => reject(new Error(""));
    request.send(file);
  });
}

function messageOf(text: string): string {
  try {
    const { error } = JSON.parse(text);
    return typeof error?.message === "string" ? error.message : "";
  } catch {
    return "";
  }
}
