export { default } from "../[templateId]/loading.tsx";
