// Runs before the first paint: sets the chosen theme, and turns a failure to start into a sentence a person can act on.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem('tidemark:theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch { /* Storage may be refused; the system's theme is then used. */ }

  // A message stands in place of the page; one on slowness above what is drawn of it so far.
  const say = (text, failed = true) => {
    const el = document.getElementById('boot-message');
    if (!el) return;
    el.textContent = text;
    el.hidden = false;
    if (failed) el.parentElement.dataset.failed = 'true';
  };
  const started = () => root.dataset.started === 'true';
  if (typeof WebAssembly !== 'object') {
    addEventListener('DOMContentLoaded', () => say('This browser cannot run WebAssembly. Use a current version of Firefox, Chrome, Edge or Safari.'));
    return;
  }
  const failed = (reason) => {
    if (!started()) say(`The dashboard could not start (${reason}). Reload the page. If the problem persists, contact the administrator of this server.`);
  };
  setTimeout(() => {
    const boot = document.getElementById('boot');
    if (boot && !boot.dataset.failed) say('Still loading. The dashboard is some hundred kilobytes; on a slow connection it takes a while.', false);
  }, 15_000);
  // The page starts without what is only loaded early.
  addEventListener('error', (e) => { if (e.target?.rel !== 'modulepreload') failed(e.message || 'a file did not load'); }, true);
  addEventListener('unhandledrejection', (e) => failed(e.reason?.message ?? 'the program did not load'));
})();
