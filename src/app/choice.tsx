/** One of a few words, as radio buttons that look like a switch. */
import styles from "./ranking.module.css";

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly options: readonly (readonly [Value, string])[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** Whether the legend is printed. */
  readonly shown?: boolean;
}

export function Choice<Value extends string>({ legend, options, value, onChange, shown = false }: ChoiceProps<Value>) {
  return (
    <fieldset className={styles.choice}>
      <legend className={shown ? styles.legend : "visually-hidden"}>{legend}</legend>
      {options.map(([option, text]) => (
        <label key={option} className={styles.option}>
          <input
            type="radio"
            name={legend}
            className="visually-hidden"
            checked={option === value}
            onChange={() => onChange(option)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
