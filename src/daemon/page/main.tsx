/** The status page: mounts its parts. */
import { signal } from '@preact/signals';
import { render } from 'preact';

const sentence = signal('Looking for the first time');

function Page() {
  return (
    <header class="top" data-tone="held">
      <h1>
        <strong>{sentence}</strong>
      </h1>
    </header>
  );
}

render(<Page />, document.body);
