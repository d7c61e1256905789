/** What belongs to no row: files that are nothing we know, trouble with storage. */
import { useBench, useWorkbench } from "./context.ts";
import styles from "./messages.module.css";
import { Faults } from "./refusal.tsx";

export function Messages() {
  const workbench = useWorkbench();
  const messages = useBench((state) => state.messages);
  if (messages.length === 0) return null;
  return (
    <section className={styles.messages} aria-label="Messages">
      <ul>
        {messages.map((message) => (
          <li key={message.id}>
            <div>
              <p>{message.text}</p>
              <Faults faults={message.faults} />
            </div>
            <button type="button" onClick={() => workbench.dismiss(message.id)}>
              Dismiss
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
