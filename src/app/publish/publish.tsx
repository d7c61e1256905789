/** The desk where results are made fit to publish. */
import { Desk } from "../desk.tsx";

export default function Publish() {
  return (
    <Desk title="Publish" desk="publish">
      <p />
    </Desk>
  );
}
