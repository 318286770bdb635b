export { default } from "../settings/loading.tsx";
