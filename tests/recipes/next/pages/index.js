export default function Page() {
  return <p>The app</p>
}
