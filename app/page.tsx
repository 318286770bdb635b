export default function Page() {
  return <p>PushPilot</p>;
}
