/** The plugin's name beside its curve. */
export function Wordmark() {
  return (
    <>
      <svg className="wordmark" viewBox="0 0 40 16" aria-hidden="true">
        <path d="M1.500 8c5-8.700 10.500-8.700 18.500 0s13.500 8.700 18.500 0" />
      </svg>
      Wavecraft
    </>
  );
}
